"""A small demo world as tests see it: files on disk, and tables to ask."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.demo import DemoSettings, DemoSummary

SMALL = DemoSettings(campuses=3, days=28, requests=15_000, seed=7)

LOG_COLUMNS = (
    "request_id",
    "campus_id",
    "job_id",
    "requested_at",
    "record_type",
    "operation",
    "params",
    "status",
    "http_status",
    "error_code",
    "message",
    "item_results",
)

JSON_TYPES = dict.fromkeys(LOG_COLUMNS, "varchar") | {
    "params": "json",
    "item_results": "json",
}

# Said outright: DuckDB's sniffer misjudges a file whose first row has quotes in it.
CSV = """
    header = true, delim = ',', quote = '"', escape = '"', all_varchar = true
"""

# Every request of every file, without the unreadable lines. params_text is the JSON
# object in either of its spellings, without the empty note that comes and goes.
READ_LOG = """
create table log as
with
files as (
    select {columns}, filename
    from read_parquet('{log}/*/*.parquet', filename = true)
    union all
    select {columns}, filename
    from read_csv('{log}/*/*.csv', filename = true, {csv})
    union all
    select {columns}, filename
    from read_json(
        '{log}/*/*.jsonl*',
        columns = {{{types}}},
        format = 'newline_delimited',
        ignore_errors = true,
        filename = true
    )
),

spelled as (
    select
        * replace (requested_at::timestamptz as requested_at),
        case params[1] when '"' then params::json ->> '$' else params end as sent_params
    from files
    where request_id like 'rq%'
)

select
    *,
    replace(sent_params, '{{"note":"",', '{{') as params_text,
    parse_filename(filename) as file_name,
    regexp_extract(filename, 'day=([0-9-]+)', 1)::date as folder_date
from spelled
"""

READ_SNAPSHOTS = """
create table {table} as
with
files as (
    select * from read_csv('{drop}/{table}/*/*.csv', filename = true, {csv})
    union all by name
    select * from read_parquet('{drop}/{table}/*/*.parquet', filename = true)
)

select
    *,
    strptime(snapshot, '%Y%m%dT%H%M%SZ') as taken_at
from files
"""


@dataclass(frozen=True, slots=True)
class World:
    """A world on disk, and its tables in DuckDB."""

    directory: Path
    summary: DemoSummary
    ask: Callable[[str], list[tuple[object, ...]]]

    def number(self, query: str) -> int:
        """Return the one number that a query gives."""
        value = self.ask(query)[0][0]
        return int(str(value))

    def lines(self) -> list[str]:
        """Return every line of the uncompressed JSON files of the log."""
        paths = sorted((self.directory / "api_requests").rglob("*.jsonl"))
        return [line for path in paths for line in path.read_text("utf-8").splitlines()]


def open_world(directory: Path, summary: DemoSummary) -> World:
    """Read every file of a world."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(
        READ_LOG.format(
            log=directory / "api_requests",
            csv=CSV,
            columns=", ".join(f"{name}::varchar as {name}" for name in LOG_COLUMNS),
            types=", ".join(f"'{name}': '{JSON_TYPES[name]}'" for name in LOG_COLUMNS),
        )
    )
    for table in ("courses", "users", "course_members", "attendance_sessions"):
        connection.execute(READ_SNAPSHOTS.format(drop=directory, table=table, csv=CSV))
    for table in ("campuses", "campus_admins", "integration_jobs"):
        connection.execute(
            f"create table {table} as from read_csv('{directory}/{table}.csv', {CSV})"
        )

    def ask(query: str) -> list[tuple[object, ...]]:
        return connection.execute(query).fetchall()

    return World(directory, summary, ask)
