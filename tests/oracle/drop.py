"""Reading a whole drop folder: files to rows, snapshots, bad rows."""

from datetime import datetime
from pathlib import Path
from typing import Any

from oracle.files import RawRow, TableFile, raw_rows, table_files
from oracle.model import BadRowError, Cell, Quarantined, Request, Row, World
from oracle.rows import request_row, roster_row
from oracle.rules import RuleCounter
from oracle.schema import ID_COLUMNS, REQUESTS, TABLES


def read_drop(folder: Path, *, as_of: datetime) -> World:
    """Read a platform drop folder as the run at ``as_of`` that first sees it.

    Raises:
        DropError: a missing table or column, an unreadable file, or parquet.
    """
    rules = RuleCounter()
    bad: list[Quarantined] = []
    snapshots = {
        table: _read_roster(folder, table, as_of, bad, rules)
        for table in TABLES
        if table != REQUESTS
    }
    requests = _read_requests(folder, bad, rules)
    for row in bad:
        rules.hit(row.rule)
    return World(snapshots, requests, bad, rules.counts)


def _quarantined(
    table: str, file: TableFile, line: int, error: BadRowError
) -> Quarantined:
    return Quarantined(table, file.name, line, error.rule, error.reason)


def _readable(row: RawRow) -> dict[str, Any]:
    if isinstance(row.cells, BadRowError):
        raise row.cells
    return row.cells


def _read_requests(
    folder: Path, bad: list[Quarantined], rules: RuleCounter
) -> list[Request]:
    requests = []
    for file in table_files(folder, REQUESTS):
        for raw in raw_rows(file, TABLES[REQUESTS]):
            try:
                requests.append(request_row(_readable(raw), rules))
            except BadRowError as error:
                bad.append(_quarantined(REQUESTS, file, raw.line, error))
    return requests


def _read_roster(
    folder: Path,
    table: str,
    as_of: datetime,
    bad: list[Quarantined],
    rules: RuleCounter,
) -> dict[datetime, list[Row]]:
    """Read a table's snapshots.

    "A snapshot's time is that of its folder, `TABLE/snapshot=YYYYMMDDTHHMMSSZ/`, if
    it has one, else the as_of of the run that first read it." A snapshot of which no
    row is left is a snapshot still.
    """
    found: dict[datetime, list[tuple[Row, TableFile, int]]] = {}
    for file in table_files(folder, table):
        known = file.snapshot_at is not None
        rules.hit("snapshot_folder" if known else "snapshot_without_folder")
        rows = found.setdefault(file.snapshot_at or as_of, [])
        for raw in raw_rows(file, TABLES[table]):
            try:
                row = roster_row(table, _readable(raw), rules)
            except BadRowError as error:
                bad.append(_quarantined(table, file, raw.line, error))
            else:
                rows.append((row, file, raw.line))
    for rows in found.values():
        rules.hit_if("snapshot_empty", when=not rows)
    return {at: _one_row_an_id(table, found[at], bad, rules) for at in sorted(found)}


def _one_row_an_id(
    table: str,
    rows: list[tuple[Row, TableFile, int]],
    bad: list[Quarantined],
    rules: RuleCounter,
) -> list[Row]:
    """Keep one row of each id in one snapshot.

    "Of rows with one id in one snapshot the one with the latest updated_at counts
    (then the greatest by the other columns in the table's order, nulls first; equal
    rows are one), the rest are bad rows." One id means one id of one campus.
    """
    by_id: dict[tuple[Cell, Cell], list[tuple[Row, TableFile, int]]] = {}
    for entry in rows:
        key = (entry[0]["campus_id"], entry[0][ID_COLUMNS[table]])
        by_id.setdefault(key, []).append(entry)
    kept = []
    for entries in by_id.values():
        winner = max((row for row, _, _ in entries), key=_rank)
        kept.append(winner)
        rules.hit_if("same_id_equal", when=_copies(winner, entries) > 1)
        for row, file, line in entries:
            if row != winner:
                later = _rank(row)[0] != _rank(winner)[0]
                rules.hit("same_id_latest_updated" if later else "same_id_greatest")
                error = BadRowError("bad_same_id", "a greater row has the same id")
                bad.append(_quarantined(table, file, line, error))
    return kept


def _copies(winner: Row, entries: list[tuple[Row, TableFile, int]]) -> int:
    return sum(row == winner for row, _, _ in entries)


def _rank(row: Row) -> tuple[tuple[Any, ...], ...]:
    """Latest updated_at, then the columns in the table's order, nulls first."""
    cells = [row.get("updated_at"), *row.values()]
    return tuple(() if cell is None else (cell,) for cell in cells)
