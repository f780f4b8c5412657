"""One CSV file of a bundle, made regular for DuckDB.

DuckDB reads millions of regular lines a second, but drops blank lines, loses line
numbers behind quoted line breaks and ends at a row that is too long. So lines pass
through here first: each record gets the number of its line, and those with a wrong
number of cells are set apart.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from orchestration.errors import BadInputError

# Cells of any length: a class list may be one.
csv.field_size_limit(1 << 30)
_SPACE = " \t\r\n\v\f\u00a0"


class FileProblemError(BadInputError):
    """A file of a bundle cannot be read as CSV."""


@dataclass(slots=True)
class SpooledFile:
    """A file as DuckDB will read it.

    ``header`` are the names of its columns as they stand, without blank ones at the
    end. ``path`` has a line a record of the right length: line number, then the cells.
    ``ragged_path`` has one a record of another length: line number, number of cells,
    then those that ``kept`` names by their places. What else such a row holds may have
    slipped a column, and is forgotten.
    """

    header: list[str]
    path: Path
    ragged_path: Path
    kept: list[int]
    row_count: int = 0


class _Lines:
    """The lines of a file for a CSV reader, counted; tells when they ended."""

    def __init__(self, source: IO[str]) -> None:
        self.source = source
        self.number = 0
        self.pushed: str | None = None
        self.has_ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.pushed is not None:
            line, self.pushed = self.pushed, None
            return line
        line = self.source.readline()
        if not line:
            self.has_ended = True
            raise StopIteration
        self.number += 1
        return line


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
        spooled = SpooledFile(header, regular, ragged, kept(header))
        writer = csv.writer(lines_out, lineterminator="\n", delimiter=delimiter)
        ragged_writer = csv.writer(ragged_out, lineterminator="\n", delimiter=delimiter)
        width = len(header)
        commas = width - 1
        empty = f"{delimiter}{_SPACE}"
        while line := lines_in.readline():
            lines.number += 1
            if '"' not in line and "\0" not in line:
                if line.count(delimiter) == commas and (commas or not line.isspace()):
                    # A line of commas and white space is no row.
                    if line[0] in empty and not line.strip(empty):
                        continue
                    lines_out.write(f"{lines.number}{delimiter}{line}")
                    if line[-1] != "\n":
                        lines_out.write("\n")
                    spooled.row_count += 1
                    continue
                cells = line.rstrip("\n").split(delimiter)
                number = lines.number
            else:
                number = lines.number
                lines.pushed = line.replace("\0", "")
                cells = next(reader, [])
                if lines.has_ended:
                    raise FileProblemError(
                        f"{source.name}, line {number}: the file ends inside a quoted"
                        " field: it was cut, deliver it again"
                    )
            if not any(cell.strip(_SPACE) for cell in cells):
                continue
            spooled.row_count += 1
            if len(cells) < width or any(cell.strip(_SPACE) for cell in cells[width:]):
                padded = [*cells, *[""] * width]
                told = [padded[place] for place in spooled.kept]
                ragged_writer.writerow([number, len(cells), *told])
            else:
                writer.writerow([number, *cells[:width]])
    return spooled


def _header(lines: _Lines, reader: Iterator[list[str]], source: Path) -> list[str]:
    """The names of the columns; blank ones at the end are none.

    Raises:
        FileProblemError: there are none.
    """
    for cells in reader:
        if lines.has_ended:
            break
        names = [cell.strip(_SPACE + "\ufeff") for cell in cells]
        while names and not names[-1]:
            names.pop()
        if names:
            return names
    raise FileProblemError(f"{source.name}: the file has no header row")
