"""One page in the making: who reads it, of which publication, about what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams

from reporting.accounts.audit import record_reading
from reporting.accounts.principal import Principal
from reporting.asking import Asked, Reader, ask
from reporting.catalog import Report
from reporting.dashboard.scope import Scope
from reporting.published import Publication
from reporting.queries import Question
from reporting.rows import Rows, count_groups, read_rows
from reporting.service import Service


@dataclass(frozen=True, slots=True)
class Page:
    """Everything of a page is read here, as the API would read it."""

    service: Service
    publication: Publication
    principal: Principal
    scope: Scope
    path: str
    query: QueryParams

    @property
    def reader(self) -> Reader:
        """What a query must know of who reads."""
        return self.principal.reader

    def question(
        self, report: Report, *, sorts: Iterable[str] = (), filters: Iterable[str] = ()
    ) -> Question:
        """What the page asks of a report.

        Raises:
            ReportingError: a sort or filter is none, or not for this reader.
        """
        asked = self.scope.asked(
            sorts=sorts, filters=filters, has_range=report.has_range
        )
        return ask(self.publication, report.name, asked, self.reader)

    def rows(self, question: Question, *, limit: int, offset: int = 0) -> Rows:
        """Some rows; the reading is written down."""
        found = read_rows(
            self.service,
            self.publication,
            question,
            self.scope.zone,
            limit=limit,
            offset=offset,
        )
        self.written_down(question, len(found.rows))
        return found

    def rows_asked(self, report: Report, asked: Asked, *, limit: int) -> Rows:
        """Some rows of another range than the page's."""
        question = ask(self.publication, report.name, asked, self.reader)
        return self.rows(question, limit=limit)

    def counts(
        self, question: Question, *columns: str, limit: int | None = None
    ) -> dict[tuple[Any, ...], int]:
        """Numbers of rows by the values of some columns; ``limit`` keeps the most."""
        found = count_groups(
            self.service, self.publication, question, columns, limit=limit
        )
        self.written_down(question, sum(found.values()))
        return found

    def written_down(
        self, question: Question, row_count: int, *, action: str = "page"
    ) -> None:
        """Who read what goes into the audit log."""
        record_reading(
            self.service.state,
            self.principal,
            question,
            action=action,
            publication_id=self.publication.publication_id,
            row_count=row_count,
        )
