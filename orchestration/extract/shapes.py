"""Files without rows for kinds that a home has no source of.

Models read files by their columns: without any file they could not be built.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from orchestration.extract.canvas.landing import ERROR_COLUMNS, JOB_COLUMNS
from orchestration.extract.cloudwork.landing import EVENT_COLUMNS, FILE_COLUMNS
from orchestration.extract.delimited import QUARANTINE_COLUMNS
from orchestration.extract.echo360.collecting import ROW_COLUMNS
from orchestration.files import sync_file, write_text_atomically
from orchestration.sql import quoted

# No source is called so: names begin with a letter or a digit.
_SHAPE = "_shape"

_FILES: dict[str, Mapping[str, str]] = {
    f"canvas/{_SHAPE}/fetch=000000/jobs.parquet": JOB_COLUMNS,
    f"canvas/{_SHAPE}/fetch=000000/errors.parquet": ERROR_COLUMNS,
    f"cloudwork/{_SHAPE}/fetch=000000/files.parquet": FILE_COLUMNS,
    f"cloudwork/{_SHAPE}/fetch=000000/events.parquet": EVENT_COLUMNS,
    f"cloudwork/{_SHAPE}/fetch=000000/quarantine.parquet": QUARANTINE_COLUMNS,
    f"echo360/{_SHAPE}/rows/no_rows.parquet": ROW_COLUMNS,
}
_LINES = ("connected/_shape.jsonl", f"echo360/{_SHAPE}/windows.jsonl")


@dataclass(frozen=True, slots=True)
class ConnectedSource:
    """What the warehouse has to know of a source's settings; no secret is among it."""

    source: str
    kind: str
    campus_id: str
    sis_type: str | None = None
    time_zone: str = "UTC"


def ensure_shapes(landing: Path) -> None:
    """Write the files that are missing; what is there stays."""
    missing = {
        landing / name: columns
        for name, columns in _FILES.items()
        if not (landing / name).exists()
    }
    for name in _LINES:
        if not (landing / name).exists():
            write_text_atomically(landing / name, "")
    if not missing:
        return
    with duckdb.connect() as session:
        for path, columns in missing.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            nulls = ", ".join(
                f"cast(null as {kind}) as {quoted_name(column)}"
                for column, kind in columns.items()
            )
            session.execute(
                f"copy (select {nulls} where false) to {quoted(path)} (format parquet)"
            )
            sync_file(path)


def quoted_name(column: str) -> str:
    """A column's name as SQL has it."""
    return f'"{column}"'


def note_sources(landing: Path, sources: Iterable[ConnectedSource]) -> None:
    """Write down what the settings say of the sources now; others keep their words."""
    for source in sources:
        write_text_atomically(
            landing / "connected" / f"{source.source}.jsonl",
            json.dumps(asdict(source), ensure_ascii=False) + "\n",
        )
