"""Check a drop folder without loading it, by landing it where nobody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from orchestration.errors import BadInputError, CheckFailedError
from orchestration.extract.ledger import LandedFile, Ledger
from orchestration.extract.platform.discovery import (
    delivered_file,
    paths_of_table,
    require_folder,
)
from orchestration.extract.platform.landing import (
    Batch,
    LandingLimits,
    landing_session,
)
from orchestration.extract.platform.news import Reading, snapshot_of
from orchestration.extract.platform.tables import TABLES, Table
from orchestration.home import Home
from orchestration.sql import quoted

_ROWS_AT_ONCE = 1000


def validate_drop(
    folder: Path, *, limits: LandingLimits, tell: Callable[[str], None]
) -> None:
    """Tell all that is wrong with a drop folder, and what a table holds.

    The files are landed in a temporary home, by the code that lands them in a run.

    Raises:
        BadInputError: a table or a column is missing, or a file is unreadable.
        CheckFailedError: all could be read, but rows are bad.
    """
    require_folder(folder)
    with TemporaryDirectory(prefix="rollbook-") as scratch:
        home = Home(Path(scratch))
        home.prepare()
        with landing_session(home, limits) as session:
            batch = Batch(session, home, 1, limits)
            problems = _Problems(tell)
            landed = list(_landed(folder, batch, problems))
            bad_count = _tell_all(session, _bad_rows(home, landed), tell)
            bad_count += _tell_all(session, _rows_of_one_id(home, landed), tell)
    for table in TABLES:
        tell(_counts_of(table, landed))
    if problems.count:
        raise BadInputError(
            f"{folder}: a run would end, {_counted(problems.count, 'problem')} and"
            f" {_counted(bad_count, 'bad row')} as told above"
        )
    if bad_count:
        raise CheckFailedError(
            f"{folder}: {_counted(bad_count, 'bad row')} as told above;"
            " a run would load the others"
        )
    tell(f"{folder}: nothing is wrong")


@dataclass(slots=True)
class _Problems:
    """What would end a run, told as it is found."""

    tell: Callable[[str], None]
    count: int = 0

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Go on behind the block when what it reads cannot be used."""
        try:
            yield
        except BadInputError as error:
            self.count += 1
            self.tell(str(error))


def _landed(folder: Path, batch: Batch, problems: _Problems) -> Iterator[LandedFile]:
    """Land what can be landed, file by file."""
    as_of = datetime.now(UTC)
    for table in TABLES:
        paths: list[Path] = []
        with problems.kept():
            paths = paths_of_table(folder, table)
        for path in paths:
            with problems.kept():
                file = delivered_file(folder, table, path)
                reading = Reading(file, snapshot_of(file, as_of))
                yield batch.write_file(reading, batch.check(reading))


def _bad_rows(home: Home, landed: list[LandedFile]) -> str:
    """A query of one line of text a bad row."""
    ledger = Ledger(home.landing)
    return _union(
        f"select source_file, line_number, reason"
        f" from read_parquet({quoted(str(ledger.quarantine_path(entry)))})"
        for entry in landed
        if entry.quarantined_count
    )


def _rows_of_one_id(home: Home, landed: list[LandedFile]) -> str:
    """A query of one line of text a row whose id has other content in its snapshot.

    Only one row of an id counts. Which one is up to the warehouse: all are told.
    """
    return _union(
        _rows_of_one_id_in(home, table, of_table)
        for table in TABLES
        if table.is_snapshot
        and (of_table := [entry for entry in landed if entry.table_name == table.name])
    )


def _rows_of_one_id_in(home: Home, table: Table, landed: list[LandedFile]) -> str:
    ledger = Ledger(home.landing)
    names = ", ".join(table.column_names)
    rows = " union all ".join(
        f"select {quoted(entry.path)} as source_file, _source_line as line_number,"
        f" {quoted(str(entry.snapshot_at))} as snapshot_at, {names}"
        f" from read_parquet({quoted(str(ledger.rows_path(entry)))})"
        for entry in landed
    )
    return (
        "select source_file, line_number,"
        f" '{table.record_id} ''' || {table.record_id}"
        f" || ''' stands twice in the snapshot, with other content' as reason"
        f" from ({rows})"
        f" qualify count(distinct struct_pack({names})) over ("
        f"partition by snapshot_at, campus_id, {table.record_id}) > 1"
    )


def _union(queries: Iterable[str]) -> str:
    """One query of ``(source_file, line_number, reason)``, also of none."""
    nothing = "select null as source_file, null as line_number, null as reason limit 0"
    return " union all ".join(f"({query})" for query in (nothing, *queries))


def _tell_all(
    session: duckdb.DuckDBPyConnection, rows: str, tell: Callable[[str], None]
) -> int:
    """Tell the rows of a query, file by file and line by line; return their number."""
    cursor = session.execute(
        "select source_file || ':' || line_number || ': ' || reason"
        f" from ({rows}) order by source_file, line_number"
    )
    count = 0
    while lines := cursor.fetchmany(_ROWS_AT_ONCE):
        tell("\n".join(line for (line,) in lines))
        count += len(lines)
    return count


def _counts_of(table: Table, landed: list[LandedFile]) -> str:
    files = [entry for entry in landed if entry.table_name == table.name]
    rows = sum(entry.landed_count for entry in files)
    bad = sum(entry.quarantined_count for entry in files)
    return (
        f"{table.name:<20}  {_counted(len(files), 'file')}"
        f"  {_counted(rows, 'good row')}  {_counted(bad, 'bad row')}"
    )


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
