"""Texts to and from DuckDB, wherever SQL is put together by hand."""

from __future__ import annotations


def quoted(text: object) -> str:
    """Return ``text``, or a path, as an SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"


def first_line(error: BaseException) -> str:
    """The part of a database's message that people need."""
    return str(error).strip().splitlines()[0]
