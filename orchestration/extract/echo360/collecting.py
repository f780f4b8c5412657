"""What a report gave, landed: one Parquet file a window and request."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.errors import BadInputError, RollbookError
from orchestration.extract.delimited import DelimitedFile, folded, unpacked
from orchestration.extract.echo360.definitions import Definition
from orchestration.extract.platform.landing import PARQUET
from orchestration.files import put_in_place
from orchestration.sql import quoted

DELIMITERS = (",", "\t", "|", ";")
ROW_COLUMNS = {
    "source": "VARCHAR",
    "report": "VARCHAR",
    "file": "VARCHAR",
    "asset": "VARCHAR",
    "line_number": "BIGINT",
    "content": "JSON",
    "reason": "VARCHAR",
    "raw_text": "VARCHAR",
}


@dataclass(frozen=True, slots=True)
class LandedReport:
    """A landed report: rows, and rows that cannot be read."""

    rows: int
    quarantined: int
    missing: tuple[str, ...]


def land_report(
    session: duckdb.DuckDBPyConnection,
    definition: Definition,
    assets: Iterable[Path],
    target: Path,
    *,
    source: str,
    scratch: Path,
    finish: Callable[[Path], None],
) -> LandedReport:
    """Write the rows of a report's files into ``target``, which appears whole.

    ``finish`` is called with the file before it does.

    Raises:
        BadInputError: a file was cut, or is not this report.
        RollbookError: rows were lost on the way.
    """
    columns = ", ".join(f'"{name}" {kind}' for name, kind in ROW_COLUMNS.items())
    session.execute(f"create or replace temp table report_rows ({columns})")
    rows = bad = expected = 0
    missing: set[str] = set()
    for asset in assets:
        work = scratch / "work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        plain = unpacked(asset, work / "plain")
        file = DelimitedFile.open(
            plain, work, delimiter=_delimiter(plain, definition), names=definition.names
        )
        if not file.places:
            raise BadInputError(
                f"what was downloaded is no {definition.name} report: it has none of"
                " its columns"
            )
        rules = list(definition.rules)
        lineage = ", ".join(
            map(quoted, (source, definition.name, target.name, asset.name))
        )
        content = ", ".join(
            f"{quoted(name)}, {file.value(name)}" for name in definition.columns
        )
        rows += _changed(
            session,
            f"insert into report_rows select {lineage}, line_number,"
            f" json_object({content}), null, null from {file.sound(rules)}",
        )
        bad += _changed(
            session,
            f"insert into report_rows select {lineage}, line_number, null, reason,"
            f" raw_text from ({file.bad(rules)})",
        )
        expected += file.spooled.row_count
        missing |= set(definition.columns) - file.places.keys()
        shutil.rmtree(work)
    if rows + bad != expected:
        raise RollbookError(
            f"{definition.name}: of {expected} rows {rows} were loaded and {bad}"
            " quarantined: report this"
        )
    aside = scratch / target.name
    session.execute(
        "copy (from report_rows order by asset, line_number)"
        f" to {quoted(aside)} ({PARQUET})"
    )
    finish(aside)
    target.parent.mkdir(parents=True, exist_ok=True)
    put_in_place(aside, target)
    return LandedReport(rows, bad, tuple(sorted(missing)))


def file_name(report: str, window_start: str | None, request_id: str) -> str:
    """What a landed report is called."""
    kept = re.sub(r"[^A-Za-z0-9-]", "_", request_id)
    return f"{report}.{(window_start or 'all')[:10]}.{kept}.parquet"


def _delimiter(file: Path, definition: Definition) -> str:
    """What stands between the cells: with it the header names most of the columns."""
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        header = lines.readline()

    def named(delimiter: str) -> int:
        cells = next(csv.reader([header], delimiter=delimiter), [])
        return len({folded(cell) for cell in cells} & definition.names.keys())

    return max(DELIMITERS, key=named)


def _changed(session: duckdb.DuckDBPyConnection, statement: str) -> int:
    row = session.execute(statement).fetchone()
    return int(row[0]) if row else 0
