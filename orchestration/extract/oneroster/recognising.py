"""Rows that were landed before: they are not judged and not written again.

A sound row is known by the key of its cells, of the names and order of the columns and
of all that judges it. Of a row with the key of one that an active record stands on,
only its line is landed, and which landed row it repeats.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import duckdb

from orchestration.extract.oneroster.cells import cells_of, trimmed
from orchestration.extract.oneroster.judging import Judgement, is_password
from orchestration.extract.oneroster.numbering import narrowed, with_numbers
from orchestration.extract.oneroster.regular import FIRST_LINE
from orchestration.extract.oneroster.spooling import SEPARATOR, SpooledFile
from orchestration.extract.platform.landing import PARQUET
from orchestration.sql import quoted

_MODIFIED = "dateLastModified"
_FETCHED_LINES = 100_000
# Rows that stand in the order of their file, a line each, behind its header.
_NUMBER_OF_ROW = f"delivered.rowid + {FIRST_LINE}"


def with_row_key(judgement: Judgement) -> Judgement:
    """The judgement, with the key that its sound rows are known by later.

    Passwords are no part of it. Nor is the time of change in a bulk file, where nothing
    is judged by it: some systems fill in the time of the export.
    """
    if judgement.spooled.has_separators:
        return judgement
    nameless = replace(
        judgement,
        file=replace(judgement.file, name="", path=Path()),
        # However it is read: a later delivery of the same rows may be read otherwise.
        spooled=SpooledFile(
            judgement.spooled.header, Path(), Path(), judgement.spooled.kept
        ),
    )
    is_delta = judgement.file.is_delta
    ways = f"{judgement.file.data_type} {is_delta} {nameless.sql()}"
    cells = [
        f"c{place}"
        for place, name in enumerate(judgement.names)
        if not is_password(name) and (is_delta or name != _MODIFIED)
    ]
    digest = hashlib.sha256(ways.encode()).hexdigest()[:16]
    parts = ", ".join([quoted(digest), *cells])
    key = f"md5_number(concat_ws({quoted(SEPARATOR)}, {parts}))"
    return replace(judgement, row_key=key)


def land_known_rows(
    judgement: Judgement,
    session: duckdb.DuckDBPyConnection,
    target: Path,
    *,
    source: str,
) -> tuple[Judgement, list[int]]:
    """Land the rows that are known, to ``target``.

    Returns:
        What is left to judge, and the numbers of the imports whose landed rows are
        repeated; none where nothing is known.
    """
    of_type = {"source": source, "data_type": judgement.file.data_type}
    known = session.execute(f"select 1 {_KNOWN_ROWS} limit 1", of_type).fetchone()
    if not known or judgement.spooled.has_separators:
        return _of(judgement, with_numbers(judgement.spooled)), []
    try:
        _put_delivered_rows(judgement, session)
        _compare_with_known_rows(judgement, session, of_type)
        known_in = [
            row[0]
            for row in session.execute(
                "select distinct landed_in from delivered_lines"
                " where landed_in is not null order by landed_in"
            ).fetchall()
        ]
        if not known_in:
            return _of(judgement, with_numbers(judgement.spooled)), []
        target.parent.mkdir(exist_ok=True)
        session.execute(
            "copy (from delivered_lines where landed_in is not null)"
            f" to {quoted(target)} ({PARQUET})"
        )
        left = narrowed(judgement.spooled, _unknown_lines(session))
    finally:
        session.execute("drop table if exists delivered_rows")
        session.execute("drop table if exists delivered_lines")
    return _of(judgement, left), known_in


def _compare_with_known_rows(
    judgement: Judgement, session: duckdb.DuckDBPyConnection, of_type: dict[str, str]
) -> None:
    """Put each line, and the landed row that it repeats, into ``delivered_lines``."""
    number = "line_number" if judgement.spooled.has_numbers else _NUMBER_OF_ROW
    session.execute(
        f"""
create or replace temp table delivered_lines as
select
    {number} as line_number, delivered.modified_at, known.landed_in, known.landed_line
from delivered_rows as delivered
left join (select row_key, landed_in, landed_line {_KNOWN_ROWS}) as known
    on delivered.row_key = known.row_key
""",
        of_type,
    )
    session.execute("drop table delivered_rows")


def _put_delivered_rows(
    judgement: Judgement, session: duckdb.DuckDBPyConnection
) -> None:
    """Put what each row is known by, and when it was changed, into ``delivered_rows``.

    Where rows have no numbers, they stand there in the order of their file.
    """
    spooled, names = judgement.spooled, judgement.names
    cell = f"c{names.index(_MODIFIED)}" if _MODIFIED in names else "''"
    # Few fill it: looked at first, the empty ones are not trimmed and parsed.
    modified_at = (
        f"case when {cell} != '' then {judgement.modified_at(trimmed(cell))} end"
    )
    with _in_order(session) if not spooled.has_numbers else nullcontext():
        session.execute(
            f"""
create or replace temp table delivered_rows as
select
    {"line_number," if spooled.has_numbers else ""}
    {modified_at} as modified_at,
    {judgement.row_key} as row_key
from {cells_of(spooled)}
"""
        )


@contextmanager
def _in_order(session: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Have DuckDB keep the order of what it reads, which the session else does not."""
    session.execute("set preserve_insertion_order = true")
    try:
        yield
    finally:
        session.execute("set preserve_insertion_order = false")


def _of(judgement: Judgement, spooled: SpooledFile) -> Judgement:
    return replace(judgement, spooled=spooled)


def _unknown_lines(session: duckdb.DuckDBPyConnection) -> Iterator[int]:
    cursor = session.execute(
        "select line_number from delivered_lines where landed_in is null"
        " order by line_number"
    )
    while found := cursor.fetchmany(_FETCHED_LINES):
        yield from (number for (number,) in found)


_KNOWN_ROWS = """
from roster.state.records
where
    source = $source
    and data_type = $data_type
    and is_active
    and landed_in is not null
    and row_key is not null
"""
