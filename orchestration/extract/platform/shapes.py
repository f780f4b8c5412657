"""The shape of what a platform lands, for a home that has other sources alone."""

from __future__ import annotations

import duckdb

from orchestration.extract.ledger import QUARANTINE, Ledger
from orchestration.extract.platform.landing import SOURCE_NAME
from orchestration.extract.platform.tables import TABLES
from orchestration.files import sync_file
from orchestration.home import Home
from orchestration.sql import quoted

_BATCH = 0
_LINEAGE = {"_source_line": "BIGINT", "_landed_file": "VARCHAR", "_batch": "INTEGER"}
_QUARANTINE = {
    "table_name": "VARCHAR",
    "source_file": "VARCHAR",
    "line_number": "BIGINT",
    "reason": "VARCHAR",
    "raw_text": "VARCHAR",
    "_landed_file": "VARCHAR",
}


def has_landed(home: Home) -> bool:
    """Whether the platform ever landed anything but the shape of it."""
    return any(number > _BATCH for number in Ledger(home.landing).batch_numbers())


def land_shapes(home: Home) -> None:
    """Land files without rows as batch 0, unless something was landed before.

    Models read Parquet by its columns: without any file they could not be built.
    """
    ledger = Ledger(home.landing)
    if ledger.batch_numbers():
        return
    shapes = {
        table.name: {column.name: column.kind.value for column in table.columns}
        | _LINEAGE
        for table in TABLES
    }
    shapes[QUARANTINE] = _QUARANTINE
    with duckdb.connect() as session:
        for name, columns in shapes.items():
            folder = home.landing / SOURCE_NAME / name / f"batch={_BATCH:06d}"
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / "no_rows.parquet"
            nulls = ", ".join(
                f"cast(null as {kind}) as {column}" for column, kind in columns.items()
            )
            session.execute(
                f"copy (select {nulls} where false) to {quoted(file)} (format parquet)"
            )
            sync_file(file)
    ledger.commit(_BATCH, [])
