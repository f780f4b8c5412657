"""One CSV file of a bundle, made regular for DuckDB.

DuckDB reads millions of regular lines a second, but drops blank lines, loses line
numbers behind quoted line breaks and ends at a row that is too long. So lines pass
through here first: each record gets the number of its line, and those with a wrong
number of cells are set apart.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import IO

from orchestration.errors import BadInputError

# Cells of any length: a class list may be one.
csv.field_size_limit(1 << 30)
# Stands between the cells of a row whose key is worked out.
SEPARATOR = "\x1f"
BATCH_CHARACTERS = 1 << 20
# At most, of a line's number.
NUMBER_CHARACTERS = 20
SPACE = " \t\r\n\v\f\u00a0"


class FileProblemError(BadInputError):
    """A file of a bundle cannot be read as CSV."""


@dataclass(slots=True)
class SpooledFile:
    """A file as DuckDB will read it.

    ``header`` are the names of its columns as they stand, without blank ones at the
    end. ``path`` has a line a record of the right length: line number, then the cells.
    A regular file is read as it was delivered: after a header its lines are the records
    from line 2 on, without numbers, and end with ``line_end``.
    ``ragged_path`` has one a record of another length: line number, number of cells,
    then those that ``kept`` names by their places. What else such a row holds may have
    slipped a column, and is forgotten. ``longest_line`` is in characters of ``path``,
    or in bytes, of which there are no fewer.
    ``has_separators`` says that a cell may hold `SEPARATOR`.
    """

    header: list[str]
    path: Path
    ragged_path: Path
    kept: list[int]
    row_count: int = 0
    longest_line: int = 0
    has_separators: bool = False
    delimiter: str = ","
    has_numbers: bool = True
    line_end: str = "\n"


class _Lines:
    """The lines of a file for a CSV reader, counted; tells when they ended."""

    def __init__(self, source: IO[str]) -> None:
        self.source = source
        self.number = 0
        self.waiting: deque[str] = deque()
        self.has_ended = False
        self.has_separators = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if not self.waiting:
            self.fill(self.source.readline())
        if not self.waiting:
            self.has_ended = True
            raise StopIteration
        self.number += 1
        return self.waiting.popleft().replace("\0", "")

    def fill(self, *lines: str) -> None:
        """Put lines of the source in the queue."""
        for line in filter(None, lines):
            self.has_separators |= SEPARATOR in line
            self.waiting.append(line)


def spool(
    source: Path,
    folder: Path,
    *,
    kept: Callable[[list[str]], list[int]],
    delimiter: str = ",",
) -> SpooledFile:
    """Write the records of ``source`` into ``folder``.

    UTF-8 is expected; a file that is none is read as Windows-1252.

    Args:
        source: the delivered file.
        folder: where what is made of it goes.
        kept: which places of a header's columns are kept of ragged rows.
        delimiter: what stands between two cells, there and in what is written.

    Raises:
        FileProblemError: it has no header, or ends inside a quoted field.
    """
    try:
        return _spool(source, folder, kept, delimiter, "utf-8-sig")
    except UnicodeDecodeError:
        return _spool(source, folder, kept, delimiter, "cp1252")


def _spool(
    source: Path,
    folder: Path,
    kept: Callable[[list[str]], list[int]],
    delimiter: str,
    encoding: str,
) -> SpooledFile:
    errors = "strict" if encoding == "utf-8-sig" else "replace"
    regular, ragged = folder / "regular.csv", folder / "ragged.csv"
    with (
        source.open(encoding=encoding, errors=errors) as lines_in,
        regular.open("w", encoding="utf-8", newline="\n") as lines_out,
        ragged.open("w", encoding="utf-8", newline="\n") as ragged_out,
    ):
        lines = _Lines(lines_in)
        reader = csv.reader(lines, delimiter=delimiter)
        header = _header(lines, reader, source)
        spooled = SpooledFile(
            header, regular, ragged, kept(header), delimiter=delimiter
        )
        spooler = _Spooler(spooled, lines, reader, lines_out, ragged_out)
        while batch := lines_in.readlines(BATCH_CHARACTERS):
            if not spooler.take_whole(batch):
                spooler.take_one_by_one(batch, source)
        spooled.has_separators = lines.has_separators
    return spooled


def names_of(cells: list[str]) -> list[str]:
    """The names in a header's cells; blank ones at the end are none."""
    names = [cell.strip(SPACE + "\ufeff") for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def has_marks(text: str) -> bool:
    """Whether a quote may hold a line break, or a character parts or leaves cells."""
    return any(mark in text for mark in ('"', "\0", SEPARATOR))


def numbered(lines: list[str], first: int, delimiter: str) -> str:
    """Lines in a row, each with its number and a delimiter before it."""
    written = [delimiter] * (3 * len(lines))
    written[0::3] = map(str, range(first, first + len(lines)))
    written[2::3] = lines
    return "".join(written)


class _Spooler:
    """Writes the records of one file."""

    def __init__(
        self,
        spooled: SpooledFile,
        lines: _Lines,
        reader: Iterator[list[str]],
        regular: IO[str],
        ragged: IO[str],
    ) -> None:
        delimiter = spooled.delimiter
        self.spooled = spooled
        self.lines = lines
        self.reader = reader
        self.regular = regular
        self.delimiter = delimiter
        self.writer = csv.writer(regular, lineterminator="\n", delimiter=delimiter)
        self.ragged = csv.writer(ragged, lineterminator="\n", delimiter=delimiter)
        self.empty = f"{delimiter}{SPACE}"

    def take_whole(self, batch: list[str]) -> bool:
        """Write lines that are a record each, if all are: a third of the time."""
        text = "".join(batch)
        commas = len(self.spooled.header) - 1
        if (
            not commas
            or text[-1] != "\n"
            or has_marks(text)
            or {line.count(self.delimiter) for line in batch} != {commas}
            # A line of commas and white space is no row.
            or not set(map(itemgetter(0), batch)).isdisjoint(self.empty)
        ):
            return False
        self.regular.write(numbered(batch, self.lines.number + 1, self.delimiter))
        self._count(len(batch), longest=max(map(len, batch)) + NUMBER_CHARACTERS)
        self.lines.number += len(batch)
        return True

    def take_one_by_one(self, batch: list[str], source: Path) -> None:
        """Write the records that begin in these lines.

        Raises:
            FileProblemError: the file ends inside a quoted field.
        """
        self.lines.fill(*batch)
        width = len(self.spooled.header)
        while self.lines.waiting:
            number = self.lines.number + 1
            if '"' in self.lines.waiting[0]:
                cells = next(self.reader, [])
            else:
                cells = next(self.lines).rstrip("\n").split(self.delimiter)
            if self.lines.has_ended:
                raise FileProblemError(
                    f"{source.name}, line {number}: the file ends inside a quoted"
                    " field: it was cut, deliver it again"
                )
            if not any(cell.strip(SPACE) for cell in cells):
                continue
            if len(cells) < width or any(cell.strip(SPACE) for cell in cells[width:]):
                padded = [*cells, *[""] * width]
                told = [padded[place] for place in self.spooled.kept]
                self._count(1, longest=0)
                self.ragged.writerow([number, len(cells), *told])
            else:
                written = self.writer.writerow([number, *cells[:width]])
                self._count(1, longest=written)

    def _count(self, rows: int, *, longest: int) -> None:
        self.spooled.row_count += rows
        self.spooled.longest_line = max(self.spooled.longest_line, longest)


def _header(lines: _Lines, reader: Iterator[list[str]], source: Path) -> list[str]:
    """The names of the columns; blank ones at the end are none.

    Raises:
        FileProblemError: there are none.
    """
    for cells in reader:
        if lines.has_ended:
            break
        if names := names_of(cells):
            return names
    raise FileProblemError(f"{source.name}: the file has no header row")
