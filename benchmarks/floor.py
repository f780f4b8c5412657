"""The least that a full build can cost: one DuckDB script by hand.

It reads every file of a drop folder once and writes one DuckDB file with the five
sync logs, over all history and over a range, and the four record lists. It drops
redeliveries and takes every distinct request apart once. It has no checks, no
quarantine, no history of landed files, no marts, and it does not link records that
no roster claims (step 2 of the contract's section 2).

``python -m benchmarks.floor DROP FILE --as-of T`` runs it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from benchmarks.script import run_script
from orchestration.extract.platform.tables import TABLES, Column, Kind, Table

SCRIPTS = (
    "floor_requests.sql",
    "floor_rosters.sql",
    "floor_identity.sql",
    "floor_logs.sql",
    "floor_lists.sql",
)
LOGS = (
    "course_sync_log",
    "user_sync_log",
    "course_member_sync_log",
    "attendance_session_sync_log",
    "attendance_posting_sync_log",
)
LISTS = ("course_list", "user_list", "course_member_list", "attendance_session_list")

_CSV = "read_csv({files}, header = true, all_varchar = true, union_by_name = true)"
_JSON = (
    "read_json({files}, columns = {columns}, ignore_errors = true, "
    "format = 'newline_delimited')"
)
_PARQUET = "read_parquet({files}, hive_partitioning = false)"
_READERS = {"csv": _CSV, "jsonl": _JSON, "parquet": _PARQUET}
_SNAPSHOT = "snapshot="


def build(
    drop: Path,
    file: Path,
    *,
    as_of: datetime,
    range_start: datetime | None = None,
    range_end: datetime | None = None,
    memory_limit: str = "4GB",
    threads: int = 2,
) -> None:
    """Build everything from a drop folder into a new DuckDB file.

    The range is the contract's default, the seven days before ``as_of``, where none
    is given. Working tables go to ``<file>.work``, which is removed.
    """
    work = file.with_name(f"{file.name}.work")
    try:
        with duckdb.connect(str(file)) as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute("set preserve_insertion_order = false")
            connection.execute(f"set memory_limit = '{memory_limit}'")
            connection.execute(f"set threads = {threads}")
            connection.execute(f"attach '{work}' as work")
            _define_instants(
                connection,
                as_of=as_of,
                range_start=range_start or as_of - timedelta(days=7),
                range_end=range_end or as_of,
            )
            for table in TABLES:
                _define_rows(connection, drop, table, as_of)
            for script in SCRIPTS:
                connection.execute(Path(__file__).with_name(script).read_text())
    finally:
        work.unlink(missing_ok=True)


def _define_instants(
    connection: duckdb.DuckDBPyConnection, **instants: datetime
) -> None:
    for name, instant in instants.items():
        connection.execute(
            f"create temp macro {name}() as timestamptz '{instant.isoformat()}'"
        )
    connection.execute(
        "create temp macro is_update(updated_at, created_at) as coalesce("
        "updated_at >= range_start() and updated_at < range_end()"
        " and updated_at > created_at, false)"
    )
    # Looking at the two ends first takes half the time of trimming every value.
    connection.execute(
        "create temp macro clean(delivered) as"
        " if(delivered > '!' and right(delivered, 1) > ' ', delivered,"
        r" nullif(trim(delivered, e' \t\r\n'), ''))"
    )
    connection.execute(
        "create temp table snapshots (source varchar, snapshot_at timestamptz)"
    )
    connection.execute(
        "create temp macro newest_snapshot(wanted) as (select max(snapshot_at)"
        " from snapshots where source = wanted)"
    )


def _define_rows(
    connection: duckdb.DuckDBPyConnection, drop: Path, table: Table, as_of: datetime
) -> None:
    """Make the view ``<table>_rows``: typed columns of all files known at as_of."""
    groups: dict[tuple[str, datetime], list[Path]] = {}
    for path in sorted(
        [*drop.glob(f"{table.name}.*"), *drop.glob(f"{table.name}/**/*")]
    ):
        kind = path.name.removesuffix(".gz").rpartition(".")[2]
        if kind in _READERS and path.is_file():
            groups.setdefault((kind, _snapshot_at(path, as_of)), []).append(path)
    selects = [
        _select(table, kind, snapshot_at, paths)
        for (kind, snapshot_at), paths in groups.items()
        if snapshot_at <= as_of
    ]
    connection.execute(
        f"create temp view {table.name}_rows as " + " union all ".join(selects)
    )
    connection.executemany(
        "insert into snapshots values (?, ?)",
        [(f"{table.name}_rows", at) for _, at in groups if at <= as_of],
    )


def _snapshot_at(path: Path, as_of: datetime) -> datetime:
    folder = path.parent.name
    if not folder.startswith(_SNAPSHOT):
        return as_of
    return datetime.strptime(folder, f"{_SNAPSHOT}%Y%m%dT%H%M%S%z")


def _select(table: Table, kind: str, snapshot_at: datetime, paths: list[Path]) -> str:
    columns = ", ".join(
        [
            *(_typed(column) for column in table.columns),
            f"clean(cast({table.record_id} as varchar)) as record_id",
            f"timestamptz '{snapshot_at.isoformat()}' as snapshot_at",
        ]
    )
    reader = _READERS[kind].format(
        files=[str(path) for path in paths],
        columns={column.name: "VARCHAR" for column in table.columns},
    )
    return f"select {columns} from {reader}"


def _typed(column: Column) -> str:
    if column.kind is Kind.TEXT:
        return f"clean(cast({column.name} as varchar)) as {column.name}"
    if column.kind is Kind.JSON:
        return f"nullif(cast({column.name} as varchar), '') as {column.name}"
    return f"try_cast({column.name} as {column.kind.value}) as {column.name}"


if __name__ == "__main__":
    run_script(build, description=__doc__)
