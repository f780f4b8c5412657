"""Every format by its name."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import IO, cast

from reporting.errors import BadParameterError
from reporting.formats.answer import Answer
from reporting.formats.delimited import write_delimited
from reporting.formats.lines import write_json, write_jsonl
from reporting.formats.parquet import write_parquet
from reporting.formats.sheets import write_workbook

Writer = Callable[[Answer, IO[bytes]], int]


@dataclass(frozen=True, slots=True)
class Format:
    """How rows become a file; ``is_text`` ones may be gzipped."""

    name: str
    media_type: str
    is_text: bool
    writer: Writer

    def write(self, answer: Answer, sink: IO[bytes], *, is_gzipped: bool) -> int:
        """Write the rows; return how many."""
        if not is_gzipped:
            return self.writer(answer, sink)
        # Level 6 costs twice the time of level 3 for a tenth less; mtime 0: same
        # rows, same bytes.
        with gzip.GzipFile(
            fileobj=sink, mode="wb", compresslevel=3, mtime=0, filename=""
        ) as zipped:
            return self.writer(answer, cast(IO[bytes], zipped))

    def suffix(self, *, is_gzipped: bool) -> str:
        """The ending of the file's name."""
        return f".{self.name}.gz" if is_gzipped else f".{self.name}"

    def require_gzip(self) -> None:
        """Make sure that the format may be gzipped.

        Raises:
            BadParameterError: it is compressed by itself.
        """
        if not self.is_text:
            raise BadParameterError(f"{self.name} is compressed by itself: no gzip")


_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _delimited(name: str, media_type: str, delimiter: str) -> Format:
    writer = partial(write_delimited, delimiter=delimiter)
    return Format(name, f"{media_type}; charset=utf-8", is_text=True, writer=writer)


_ALL = (
    _delimited("csv", "text/csv", ","),
    _delimited("tsv", "text/tab-separated-values", "\t"),
    _delimited("psv", "text/plain", "|"),
    Format("json", "application/json", is_text=True, writer=write_json),
    Format("jsonl", "application/x-ndjson", is_text=True, writer=write_jsonl),
    Format(
        "parquet",
        "application/vnd.apache.parquet",
        is_text=False,
        writer=write_parquet,
    ),
    Format("xlsx", _EXCEL, is_text=False, writer=write_workbook),
)
FORMATS = {each.name: each for each in _ALL}


def find_format(name: str) -> Format:
    """Return the format of that name.

    Raises:
        BadParameterError: there is none.
    """
    if name not in FORMATS:
        raise BadParameterError(
            f"format {name!r} is none: choose one of {', '.join(FORMATS)}"
        )
    return FORMATS[name]
