"""Files that DuckDB can read as they were delivered: each line is a record.

Most large files are regular. Where most of their rows are known, no second copy of them
is written, and no number before each line.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from orchestration.extract.oneroster.spooling import (
    BATCH_CHARACTERS,
    SPACE,
    SpooledFile,
    has_marks,
    names_of,
)

# A regular file has its header on the line before.
FIRST_LINE = 2


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
        # Of a delivered path DuckDB would take some characters for a pattern.
        found.path.symlink_to(source.absolute())
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
    cells = line.split(",")
    header = names_of(cells)
    if len(cells) < 2 or len(header) < len(cells) or "\r" in line or has_marks(line):
        return None
    found = SpooledFile(
        header,
        folder / "regular.csv",
        folder / "ragged.csv",
        [],
        has_numbers=False,
        line_end=line_end,
    )
    while chunk := content.read(BATCH_CHARACTERS) + content.readline():
        if not chunk.endswith(b"\n"):
            chunk += line_end.encode()
        lengths = _lengths_of_lines(chunk, width=len(header))
        if (
            lengths is None
            or not _ends_alike(chunk, line_end, rows=len(lengths))
            or has_marks(chunk.decode())
        ):
            return None
        found.row_count += len(lengths)
        found.longest_line = max(found.longest_line, int(lengths.max()))
    return found


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
