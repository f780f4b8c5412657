"""A question together with where and how it is answered."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import duckdb

from reporting.queries import Question, rows_statement

BATCH_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of a question, from one cursor of one publication.

    The cursor's session is in ``zone``: instants come out in it.
    """

    question: Question
    cursor: duckdb.DuckDBPyConnection
    zone: ZoneInfo
    publication_id: str
    limit: int | None = None
    offset: int = 0

    def execute(self, selected: str) -> duckdb.DuckDBPyConnection:
        """Run the query for these expressions; rows are fetched as they are needed."""
        statement = rows_statement(
            self.question, selected, limit=self.limit, offset=self.offset
        )
        return self.cursor.execute(statement.sql, statement.values)
