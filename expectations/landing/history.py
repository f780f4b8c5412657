"""What a batch brought, beside the batches before it: volumes and values.

Nothing is remembered for this: the ledger and the landed files are the history. Shares
of nulls stand in the files' footers; of the log a few narrow columns are read.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import duckdb

from expectations.landing.checks import (
    MIN_JUDGED_ROWS,
    MIN_PREVIOUS_ROSTER_ROWS,
    MIN_VOLUME_BATCHES,
    MIXED_COLUMNS,
    VOLUME_BATCHES,
)

ROSTER_VOLUMES = "roster_volumes"
COLUMN_FILLS = "column_fills"
VALUE_MIXES = "value_mixes"


def fill_history(session: duckdb.DuckDBPyConnection, *, batch: int) -> None:
    """Fill the three tables from ``ledger`` and the files that it names."""
    _fill_recent_files(session, batch=batch)
    _fill_column_counts(session)
    _fill_value_counts(session)
    values = {
        "batch": batch,
        "volume_batches": VOLUME_BATCHES,
        "min_batches": MIN_VOLUME_BATCHES,
        "min_judged_rows": MIN_JUDGED_ROWS,
        "min_roster_rows": MIN_PREVIOUS_ROSTER_ROWS,
    }
    script = files(__package__).joinpath("history.sql").read_text(encoding="utf-8")
    for statement in script.split(";\n"):
        session.execute(
            statement,
            {name: value for name, value in values.items() if f"${name}" in statement},
        )


def _fill_recent_files(session: duckdb.DuckDBPyConnection, *, batch: int) -> None:
    """The batch's files, and those of each table's batches before it."""
    session.execute(
        "create table recent_files as"
        " select source_name, table_name, batch, parquet_path from ledger"
        " where outcome = 'landed' and (source_name, table_name) in ("
        "     select (source_name, table_name) from ledger"
        "     where batch = $batch and outcome = 'landed'"
        " )"
        " qualify dense_rank() over ("
        "     partition by source_name, table_name order by batch desc"
        " ) <= $volume_batches + 1",
        {"batch": batch, "volume_batches": VOLUME_BATCHES},
    )
    paths = [
        row[0]
        for row in session.execute("select parquet_path from recent_files").fetchall()
    ]
    lost = [path for path in paths if not Path(path).is_file()]
    session.execute(
        "delete from recent_files where list_contains($lost, parquet_path)",
        {"lost": lost},
    )


def _fill_column_counts(session: duckdb.DuckDBPyConnection) -> None:
    """Rows and nulls of each column and batch, from the footers."""
    session.execute(
        "create table column_counts (source_name varchar, table_name varchar,"
        " batch bigint, column_name varchar, parquet_path varchar,"
        " row_count bigint, null_count bigint)"
    )
    paths = _paths(session, "select parquet_path from recent_files")
    if paths:
        session.execute(
            "insert into column_counts"
            " select source_name, table_name, batch, path_in_schema, parquet_path,"
            " num_values, stats_null_count"
            " from parquet_metadata($paths) inner join recent_files"
            " on file_name = parquet_path"
            " semi join contract_columns"
            " on recent_files.source_name = contract_columns.source_name"
            " and recent_files.table_name = contract_columns.table_name"
            " and path_in_schema = contract_columns.column_name",
            {"paths": paths},
        )


def _fill_value_counts(session: duckdb.DuckDBPyConnection) -> None:
    """Rows of each value and batch, of the columns of few values."""
    session.execute(
        "create table value_counts (source_name varchar, table_name varchar,"
        " column_name varchar, batch bigint, value varchar, row_count bigint)"
    )
    for table_name, column_name in MIXED_COLUMNS:
        paths = _paths(
            session,
            "select distinct parquet_path from column_counts"
            " where table_name = $1 and column_name = $2",
            [table_name, column_name],
        )
        if paths:
            session.execute(
                "insert into value_counts"
                " select source_name, table_name, $column_name, batch,"
                f" coalesce(cast({column_name} as varchar), ''), count(*)"
                " from read_parquet($paths, filename = 'read_path',"
                " union_by_name = true, hive_partitioning = false)"
                " inner join recent_files on read_path = parquet_path"
                " group by all",
                {"column_name": column_name, "paths": paths},
            )


def _paths(
    session: duckdb.DuckDBPyConnection, query: str, parameters: list[str] | None = None
) -> list[str]:
    return [str(row[0]) for row in session.execute(query, parameters).fetchall()]
