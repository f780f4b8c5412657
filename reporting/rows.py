"""Rows of a question as values, for pages that people read.

Columns that the reader may not see hold the mask, as everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from reporting.cells import typed_cells
from reporting.formats.answer import Answer
from reporting.published import Publication
from reporting.queries import Question, count_statement, groups_statement
from reporting.service import Service

_TOTAL = "total rows of the question"


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a question, and how many it has in all."""

    rows: list[dict[str, Any]]
    total_count: int


def read_rows(
    service: Service,
    publication: Publication,
    question: Question,
    zone: ZoneInfo,
    *,
    limit: int,
    offset: int = 0,
) -> Rows:
    """Read some rows in their order, instants in ``zone``, and count all.

    Raises:
        UnavailableError: it takes too long, or too much memory.
    """
    with publication.cursor(zone) as cursor, service.in_time(cursor):
        answer = Answer(
            question,
            cursor,
            zone,
            publication.publication_id,
            limit=limit,
            offset=offset,
        )
        # The count comes with the rows: a second query would do the work twice.
        found = answer.execute(
            f'{typed_cells(question)}, count(*) over () as "{_TOTAL}"'
        )
        names = [each[0] for each in found.description or ()][:-1]
        values = found.fetchall()
        if values or not offset:
            total = values[0][-1] if values else 0
        else:  # past the end
            statement = count_statement(question)
            counted = cursor.execute(statement.sql, statement.values).fetchone()
            total = counted[0] if counted else 0
    return Rows([dict(zip(names, row, strict=False)) for row in values], int(total))


def count_groups(
    service: Service,
    publication: Publication,
    question: Question,
    columns: Sequence[str],
    *,
    limit: int | None = None,
) -> dict[tuple[Any, ...], int]:
    """Count the rows of a question by the values of some columns.

    Raises:
        ReportingError: a column is unknown or hidden, or it takes too long.
    """
    statement = groups_statement(question, columns, limit=limit)
    with publication.session.cursor() as cursor, service.in_time(cursor):
        rows = cursor.execute(statement.sql, statement.values).fetchall()
    return {tuple(row[:-1]): int(row[-1]) for row in rows}
