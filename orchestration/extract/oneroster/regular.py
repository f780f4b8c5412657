"""Files that DuckDB can read as they were delivered: each line is a record.

Most large files are regular. They need no second copy, and no number on each line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from orchestration.extract.oneroster.spooling import (
    BATCH_CHARACTERS,
    NUMBER_CHARACTERS,
    SEPARATOR,
    SPACE,
    SpooledFile,
    numbered,
)

# A regular file has its header on the line before.
FIRST_LINE = 2
# A quote may hold a line break; the others are left out of cells, or part them.
_MARKS = ('"', "\0", SEPARATOR)


def regular_file(
    source: Path, folder: Path, *, kept: Callable[[list[str]], list[int]]
) -> SpooledFile | None:
    """The delivered file as it stands, if it is regular.

    Regular is UTF-8 without quotes, blank lines and stray carriage returns, of as many
    cells a line as the header names. All else is `spool`'s.

    Args:
        source: the delivered file.
        folder: where what is made of it goes.
        kept: which places of a header's columns are kept of ragged rows; here none is.
    """
    with source.open("rb") as content:
        try:
            found = _looked_through(source, folder, content)
        except UnicodeDecodeError:
            return None
    if found is not None:
        found.kept = kept(found.header)
        found.ragged_path.touch()
    return found


def _looked_through(
    source: Path, folder: Path, content: BinaryIO
) -> SpooledFile | None:
    """The file without what is kept of ragged rows, or None if it is not regular.

    Raises:
        UnicodeDecodeError: it is not UTF-8.
    """
    first = content.readline()
    line_end = "\r\n" if first.endswith(b"\r\n") else "\n"
    line = first.decode("utf-8-sig").removesuffix(line_end)
    header = [name.strip(SPACE + "\ufeff") for name in line.split(",")]
    if len(header) < 2 or not header[-1] or "\r" in line or _has_marks(line):
        return None
    found = SpooledFile(
        header, source, folder / "ragged.csv", [], has_numbers=False, line_end=line_end
    )
    while chunk := content.read(BATCH_CHARACTERS) + content.readline():
        if not chunk.endswith(b"\n"):
            chunk += line_end.encode()
        lengths = _lengths_of_lines(chunk, width=len(header))
        if (
            lengths is None
            or not _ends_alike(chunk, line_end, rows=len(lengths))
            or _has_marks(chunk.decode())
        ):
            return None
        found.row_count += len(lengths)
        found.longest_line = max(found.longest_line, int(lengths.max()))
    return found


def _has_marks(text: str) -> bool:
    return any(mark in text for mark in _MARKS)


def _ends_alike(chunk: bytes, line_end: str, *, rows: int) -> bool:
    if line_end == "\n":
        return b"\r" not in chunk
    return chunk.count(b"\r") == chunk.count(b"\r\n") == rows


def _lengths_of_lines(chunk: bytes, *, width: int) -> NDArray[np.intp] | None:
    """The bytes of each line, if all have ``width`` cells and none is blank."""
    letters = np.frombuffer(chunk, np.uint8)
    ends = np.flatnonzero(letters == ord("\n"))
    begins = np.concatenate(([0], ends[:-1] + 1))
    commas = np.flatnonzero(letters == ord(","))
    if len(commas) != len(ends) * (width - 1):
        return None
    of_lines = commas.reshape(len(ends), width - 1)
    if (of_lines[:, 0] < begins).any() or (of_lines[:, -1] > ends).any():
        return None
    # A line of commas and white space is no row; a no-break space has two bytes.
    if np.isin(letters[begins], list(f",{SPACE}".encode())).any():
        return None
    return ends - begins + 1


def with_numbers(spooled: SpooledFile) -> SpooledFile:
    """The file with the number of its line before each record, written beside it."""
    if spooled.has_numbers:
        return spooled
    with (
        spooled.path.open(encoding="utf-8-sig") as lines,
        _beside(spooled).open("w", encoding="utf-8", newline="\n") as written,
    ):
        number = FIRST_LINE
        next(lines)
        while batch := lines.readlines(BATCH_CHARACTERS):
            written.write(numbered(batch, number, spooled.delimiter))
            number += len(batch)
    return _numbered(spooled)


def narrowed(spooled: SpooledFile, numbers: Iterable[int]) -> SpooledFile:
    """The file with some of its records alone, each with its number, written beside it.

    Args:
        spooled: the whole file.
        numbers: the line numbers of the records, ascending.
    """
    take = _numbered_records if spooled.has_numbers else _lines_numbered
    with spooled.path.open("rb") as lines, _beside(spooled).open("wb") as narrow:
        narrow.writelines(take(lines, numbers, spooled.delimiter.encode()))
    return _numbered(spooled)


def _numbered_records(
    lines: Iterator[bytes], numbers: Iterable[int], delimiter: bytes
) -> Iterator[bytes]:
    """The records that begin with the numbers."""
    for number in numbers:
        beginning = b"%d%b" % (number, delimiter)
        for line in lines:
            record = line
            while record.count(b'"') % 2:
                record += next(lines)
            if record.startswith(beginning):
                yield record
                break


def _lines_numbered(
    lines: Iterator[bytes], numbers: Iterable[int], delimiter: bytes
) -> Iterator[bytes]:
    """The lines of the numbers, each with its own before it."""
    ahead = 1
    for number in numbers:
        (line,) = islice(lines, number - ahead, number - ahead + 1)
        yield b"%d%b%b\n" % (number, delimiter, line.rstrip(b"\r\n"))
        ahead = number + 1


def _beside(spooled: SpooledFile) -> Path:
    return spooled.ragged_path.with_name(f"numbered-{spooled.path.name}")


def _numbered(spooled: SpooledFile) -> SpooledFile:
    return replace(
        spooled,
        path=_beside(spooled),
        longest_line=spooled.longest_line + NUMBER_CHARACTERS,
        has_numbers=True,
        line_end="\n",
    )
