"""One file, read and judged: every line of it in the temp table ``checked``."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from orchestration.errors import BadInputError, RollbookError
from orchestration.extract.lines import BLOCK_SCHEMA, LineFile
from orchestration.extract.platform import parquet, readers, rules
from orchestration.extract.platform.discovery import DeliveredFile
from orchestration.extract.platform.news import Reading
from orchestration.extract.platform.tables import Table
from orchestration.extract.text_bytes import digest_of
from orchestration.sql import first_line


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What a reading tells beside its rows, as the ledger keeps it."""

    content_hash: str
    is_resumable: bool = False
    has_open_line: bool = False
    header_line: str | None = None


def check_file(
    session: duckdb.DuckDBPyConnection, reading: Reading, *, max_line_bytes: int
) -> CheckedFile:
    """Fill the temp table ``checked`` with every line of a file, judged.

    Raises:
        BadInputError: the file is unreadable, or a column of its table is missing.
        RollbookError: the lines do not add up.
    """
    name_faults(session, [], [])
    if reading.file.format == "parquet":
        checked = _check_parquet(session, reading)
    else:
        checked = _FileOfText(session, reading, max_line_bytes).check()
    reject_doubled_keys(session, reading.file.table)
    return checked


def name_faults(
    session: duckdb.DuckDBPyConnection, line_numbers: list[int], reasons: list[str]
) -> None:
    """Fill ``faults``, which `readers.with_faults` reads: lines with unusable bytes."""
    session.execute(
        "create or replace temp table faults as"
        " select unnest($1::bigint[]) as line_number, unnest($2::varchar[]) as reason",
        [line_numbers, reasons],
    )


def reject_doubled_keys(session: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Make bad rows of requests that hold an object with one key twice."""
    if table.name == "api_requests":
        session.execute(
            "update checked set problem = 'an object has a key twice'"
            f" where line_number in ({rules.doubled_keys('checked')})"
        )


def column_names(header_line: str) -> list[str]:
    """The names in a CSV header."""
    return [name.strip() for name in next(csv.reader([header_line]))]


@dataclass(frozen=True, slots=True)
class _FileOfText:
    """A CSV or JSON Lines file, whole or from where an earlier reading ended."""

    session: duckdb.DuckDBPyConnection
    reading: Reading
    max_line_bytes: int

    def check(self) -> CheckedFile:
        reading = self.reading
        header = self._header() if reading.file.format == "csv" else None
        lines = self._fill(header)
        if lines.faults:
            # Rare, and only now known: read again, with the faulty lines named.
            name_faults(
                self.session,
                [fault.line_number for fault in lines.faults],
                [fault.reason for fault in lines.faults],
            )
            lines = self._fill(header)
        self._reconcile(lines.line_count)
        if header is None and reading.continued is None:
            self._require_keys()
        return CheckedFile(
            content_hash=lines.source.digest.hexdigest(),
            is_resumable=self._is_resumable(lines),
            has_open_line=lines.ends_in_open_line,
            header_line=header,
        )

    def _header(self) -> str:
        file, before = self.reading.file, self.reading.continued
        if before is not None and before.header_line is not None:
            return before.header_line
        header = self.reading.lines(self.max_line_bytes).header()
        _require_columns(file, column_names(header))
        return header

    def _fill(self, header: str | None) -> LineFile:
        table = self.reading.file.table
        lines = self.reading.lines(self.max_line_bytes)
        blocks = pa.RecordBatchReader.from_batches(BLOCK_SCHEMA, lines.blocks())
        self.session.register("blocks", blocks)
        numbered = readers.with_faults(readers.numbered_lines("blocks"))
        try:
            if header is None:
                rows = readers.json_rows(f"({numbered})", table)
            else:
                self._create("lines", numbered, lines)
                rows = readers.csv_rows(
                    f"({readers.csv_records('lines')})", table, column_names(header)
                )
            self._create("checked", rules.checked(rows, table), lines)
        finally:
            self.session.unregister("blocks")
        return lines

    def _create(self, name: str, select: str, lines: LineFile) -> None:
        try:
            self.session.execute(f"create or replace temp table {name} as {select}")
        except duckdb.Error as error:
            if lines.error is not None:
                raise lines.error from error
            raise _unreadable(self.reading, error) from error

    def _reconcile(self, physical_lines: int) -> None:
        (counted,) = self.session.execute(
            "select coalesce(sum(physical_lines), 0) from checked"
        ).fetchone() or (None,)
        if counted != physical_lines:
            raise RollbookError(
                f"{self.reading.file.absolute}: {physical_lines} lines were read but"
                f" {counted} accounted for; nothing of it was loaded"
            )

    def _require_keys(self) -> None:
        """A required column that no row of a JSON Lines file has is a missing one.

        In a single row it may as well be a bad row, and is taken for one.
        """
        names = [
            column.name
            for column in self.reading.file.table.columns
            if column.is_required
        ]
        for name in names:
            is_lacking = self.session.execute(
                "select count(*) > 1 and bool_and(case"
                f" when problem = '{name} is missing' then not list_contains("
                f"json_keys(raw_text), '{name}') else false end)"
                " from checked where line_kind = 'row'"
            ).fetchone() == (True,)
            if is_lacking:
                found = self.session.execute(
                    "select distinct unnest(json_keys(raw_text)) as name from checked"
                    " where line_kind = 'row' order by name"
                ).fetchall()
                _require_columns(
                    self.reading.file, [name for (name,) in found], only=names
                )

    def _is_resumable(self, lines: LineFile) -> bool:
        """Whether the file can be read on from here when it has grown.

        A log's part must end outside a quoted field and at the end of a gzip member.
        Of JSON Lines two rows must be there: with fewer no column could be missed.
        """
        file, before = self.reading.file, self.reading.continued
        if file.table.is_snapshot or lines.source.ends_in_padding:
            return False
        if before is not None and file.format == "jsonl":
            return True
        condition = (
            "select count(*) > 1 from checked where line_kind = 'row'"
            if file.format == "jsonl"
            else f"select not coalesce(({readers.ends_inside_quotes('lines')}), false)"
        )
        return self.session.execute(condition).fetchone() == (True,)


def _check_parquet(session: duckdb.DuckDBPyConnection, reading: Reading) -> CheckedFile:
    path, table = reading.file.absolute, reading.file.table
    try:
        described = session.execute(
            f"describe select * from {parquet.parquet_file(str(path))}"
        ).fetchall()
    except duckdb.Error as error:
        raise BadInputError(
            f"{path} cannot be read as Parquet: {first_line(error)}"
        ) from error
    types = {str(row[0]): str(row[1]) for row in described}
    _require_columns(reading.file, list(types))
    rows = parquet.parquet_rows(str(path), table, types)
    try:
        session.execute(
            f"create or replace temp table checked as {rules.checked(rows, table)}"
        )
    except duckdb.Error as error:
        raise _unreadable(reading, error) from error
    return CheckedFile(digest_of(path, reading.file.size_bytes).hexdigest())


def _require_columns(
    file: DeliveredFile, names: list[str], *, only: Sequence[str] = ()
) -> None:
    """Make sure that the columns of the table, or some of them, are there once."""
    table = file.table
    wanted = only or table.column_names
    missing = [name for name in wanted if name not in names]
    if missing:
        raise BadInputError(
            f"{file.absolute}: {_counted(missing)} of table {table.name}"
            f" {'is' if len(missing) == 1 else 'are'} missing"
            f" (found: {', '.join(names)})"
        )
    doubled = [name for name in wanted if names.count(name) > 1]
    if doubled:
        raise BadInputError(
            f"{file.absolute}: {_counted(doubled)}"
            f" {'stands' if len(doubled) == 1 else 'stand'} twice in the header"
        )


def _counted(names: list[str]) -> str:
    return f"column{'s' if len(names) > 1 else ''} {', '.join(names)}"


def _unreadable(reading: Reading, error: duckdb.Error) -> BadInputError:
    return BadInputError(f"{reading.file.absolute} cannot be read: {first_line(error)}")
