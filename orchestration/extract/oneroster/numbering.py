"""Records of a file, each written down with the number of its line, to be judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from orchestration.extract.oneroster.regular import FIRST_LINE
from orchestration.extract.oneroster.spooling import (
    BATCH_CHARACTERS,
    NUMBER_CHARACTERS,
    SpooledFile,
    numbered,
)


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
    return _as_numbered(spooled)


def narrowed(spooled: SpooledFile, numbers: Iterable[int]) -> SpooledFile:
    """The file with some of its records alone, each with its number, written beside it.

    Args:
        spooled: the whole file.
        numbers: the line numbers of the records, ascending.
    """
    take = _numbered_records if spooled.has_numbers else _lines_numbered
    with spooled.path.open("rb") as lines, _beside(spooled).open("wb") as narrow:
        narrow.writelines(take(lines, numbers, spooled.delimiter.encode()))
    return _as_numbered(spooled)


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
    return spooled.path.with_name(f"numbered-{spooled.path.name}")


def _as_numbered(spooled: SpooledFile) -> SpooledFile:
    return replace(
        spooled,
        path=_beside(spooled),
        longest_line=spooled.longest_line + NUMBER_CHARACTERS,
        has_numbers=True,
        line_end="\n",
    )
