"""One row of figures per table that a batch brought."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.landing.checks import MIN_PREVIOUS_ROSTER_ROWS, VOLUME_BATCHES
from expectations.landing.history import fill_history
from orchestration.extract.ledger import LandedFile, Ledger, Readings
from orchestration.extract.platform.landing import SOURCE_NAME
from orchestration.extract.platform.tables import API_REQUESTS, TABLES

METRICS = "landing_metrics"

_LEDGER_SCHEMA = pa.schema(
    [
        ("batch", pa.int64()),
        ("source_name", pa.string()),
        ("table_name", pa.string()),
        ("path", pa.string()),
        ("outcome", pa.string()),
        ("snapshot_at", pa.string()),
        ("landed_file", pa.string()),
        ("line_count", pa.int64()),
        ("header_count", pa.int64()),
        ("blank_count", pa.int64()),
        ("landed_count", pa.int64()),
        ("quarantined_count", pa.int64()),
        ("parquet_path", pa.string()),
        ("quarantine_path", pa.string()),
    ]
)


def collect_metrics(
    session: duckdb.DuckDBPyConnection, landing: Path, *, batch: int
) -> bool:
    """Fill the metrics in ``session``; say whether the batch brought a file."""
    ledger = Ledger(landing)
    readings = Readings(ledger.entries())
    entries = [entry for entry in readings.counting() if entry.batch <= batch]
    arrived = [
        entry for entry in entries if entry.batch == batch and entry.outcome == "landed"
    ]
    if not arrived:
        return False
    _fill_ledger(session, ledger, entries)
    _fill_contract(session)
    _fill_footers(session, ledger, readings, arrived)
    _fill_requested_bounds(session, ledger, entries)
    session.execute(_script("snapshots.sql"), {"batch": batch})
    session.execute(
        _script("metrics.sql"),
        {
            "batch": batch,
            "volume_batches": VOLUME_BATCHES,
            "min_previous_roster_rows": MIN_PREVIOUS_ROSTER_ROWS,
        },
    )
    fill_history(session, batch=batch)
    return True


def _script(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _fill_ledger(
    session: duckdb.DuckDBPyConnection, ledger: Ledger, entries: list[LandedFile]
) -> None:
    rows = [
        {
            **asdict(entry),
            "parquet_path": str(ledger.rows_path(entry)),
            "quarantine_path": str(ledger.quarantine_path(entry)),
        }
        for entry in entries
    ]
    session.register("ledger_rows", pa.Table.from_pylist(rows, schema=_LEDGER_SCHEMA))
    session.execute(
        "create table ledger as select * replace"
        " (cast(snapshot_at as timestamp with time zone) as snapshot_at)"
        " from ledger_rows"
    )
    session.unregister("ledger_rows")


def _fill_contract(session: duckdb.DuckDBPyConnection) -> None:
    session.execute(
        "create table contract_columns"
        " (source_name varchar, table_name varchar, column_name varchar)"
    )
    session.executemany(
        "insert into contract_columns values (?, ?, ?)",
        [
            (SOURCE_NAME, table.name, column_name)
            for table in TABLES
            for column_name in table.column_names
        ],
    )


def _fill_footers(
    session: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    readings: Readings,
    arrived: list[LandedFile],
) -> None:
    """Columns and row counts of the batch's Parquet files; a lost file has none.

    What a replay wrote counts as part of the file of the reading that it continues.
    """
    parts = [
        (wrote, whole)
        for entry in arrived
        for wrote, whole in (
            *(
                (ledger.rows_path(part), ledger.rows_path(entry))
                for part in (entry, *readings.parts(entry.landed_file))
            ),
            (
                ledger.quarantine_path(readings.last_part(entry)),
                ledger.quarantine_path(entry),
            ),
        )
        if wrote.is_file()
    ]
    session.execute(
        "create table parquet_columns (parquet_path varchar, column_name varchar)"
    )
    session.execute(
        "create table parquet_rows (parquet_path varchar, row_count bigint)"
    )
    if parts:
        given = {
            "written": [str(wrote) for wrote, _ in parts],
            "wholes": [str(whole) for _, whole in parts],
        }
        session.execute(
            "insert into parquet_columns"
            " select file_name, name from parquet_schema($written)",
            {"written": given["written"]},
        )
        session.execute(
            "insert into parquet_rows"
            " select whole, sum(num_rows) from parquet_file_metadata($written)"
            " inner join (select unnest($written) as file_name,"
            " unnest($wholes) as whole) using (file_name) group by whole",
            given,
        )


def _fill_requested_bounds(
    session: duckdb.DuckDBPyConnection, ledger: Ledger, entries: list[LandedFile]
) -> None:
    """First and last request of each recent log file, from its footer alone."""
    log = [
        entry
        for entry in entries
        if entry.outcome == "landed" and entry.table_name == API_REQUESTS.name
    ]
    recent = sorted({entry.batch for entry in log})[-VOLUME_BATCHES - 1 :]
    paths = _existing(ledger.rows_path(entry) for entry in log if entry.batch in recent)
    session.execute(
        "create table requested_bounds (parquet_path varchar,"
        " oldest_at timestamp with time zone, newest_at timestamp with time zone)"
    )
    if paths:
        session.execute(
            "insert into requested_bounds select file_name,"
            " min(cast(stats_min_value as timestamp with time zone)),"
            " max(cast(stats_max_value as timestamp with time zone))"
            " from parquet_metadata($paths)"
            " where path_in_schema = 'requested_at' group by file_name",
            {"paths": paths},
        )


def _existing(paths: Iterable[Path]) -> list[str]:
    return [str(path) for path in paths if path.is_file()]
