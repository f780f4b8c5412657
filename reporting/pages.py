"""Pages of a report's rows, and the cursors that lead from one to the next.

A listing is read from the publication that it began with, so that no row is seen twice
or missed when another is published meanwhile. A cursor is a signed place in it: no
value of any row.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from itsdangerous import BadSignature

from reporting.asking import Asked, Reader, ask
from reporting.errors import BadParameterError
from reporting.formats.answer import Answer
from reporting.formats.delimited import write_delimited
from reporting.formats.lines import json_lines
from reporting.instants import Range, parse_zone
from reporting.published import Publication
from reporting.queries import Question, rows_statement
from reporting.service import Service

_DIGEST_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in one format, and how to go on."""

    content: bytes
    row_count: int
    question: Question
    publication: Publication
    range: Range | None
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page begins."""

    publication_id: str | None
    digest: str
    offset: int


def read_page(
    service: Service,
    report_name: str,
    asked: Asked,
    reader: Reader,
    *,
    limit: int,
    cursor: str | None,
    is_csv: bool,
) -> Page:
    """Read one page, as JSON objects with commas between, or as CSV.

    Raises:
        ReportingError: it cannot be asked, the cursor is of another question, or what
            it began with is gone.
    """
    place = _place(service, cursor)
    zone = parse_zone(asked.tz)
    with _publication(service, place) as publication:
        question = ask(publication, report_name, asked, reader)
        digest = _digest(question, zone.key)
        if cursor is not None and digest != place.digest:
            raise BadParameterError("cursor is of another request: start without it")
        with publication.cursor(zone) as session, service.in_time(session):
            # One row more than asked for tells whether there is another page.
            answer = Answer(
                question,
                session,
                zone,
                publication.publication_id,
                limit=limit + 1,
                offset=place.offset,
            )
            content, count = _content(answer, limit, is_csv=is_csv)
        is_last = count <= limit
        return Page(
            content=content,
            row_count=min(count, limit),
            question=question,
            publication=publication,
            range=(question.range or publication.range)
            if question.report.has_range
            else None,
            next_cursor=None
            if is_last
            else service.cursors.dumps(
                [publication.publication_id, digest, place.offset + limit]
            ),
        )


def _place(service: Service, cursor: str | None) -> _Place:
    if cursor is None:
        return _Place(None, "", 0)
    try:
        publication_id, digest, offset = service.cursors.loads(cursor)
    except (BadSignature, ValueError, TypeError) as error:
        raise BadParameterError(
            "cursor is none that this service gave: start without it"
        ) from error
    return _Place(publication_id, digest, offset)


@contextmanager
def _publication(service: Service, place: _Place) -> Iterator[Publication]:
    if place.publication_id is None:
        with service.published.current() as publication:
            yield publication
    else:
        with service.published.version(place.publication_id) as publication:
            yield publication


def _digest(question: Question, zone: str) -> str:
    """What makes a listing that listing: also whose campuses and which masks."""
    statement = rows_statement(question, "*")
    told: list[Any] = [statement.sql, statement.values, question.is_masked, zone]
    whole = hashlib.sha256(repr(told).encode()).hexdigest()
    return whole[:_DIGEST_CHARACTERS]


def _content(answer: Answer, limit: int, *, is_csv: bool) -> tuple[bytes, int]:
    if not is_csv:
        lines = [line for batch in json_lines(answer) for line in batch]
        return ",\n".join(lines[:limit]).encode(), len(lines)
    sink = io.BytesIO()
    count = write_delimited(answer, sink, delimiter=",", kept_rows=limit)
    return sink.getvalue(), count
