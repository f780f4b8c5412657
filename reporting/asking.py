"""From what a reader writes to a question: command line, API and pages alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from reporting.catalog import Sort
from reporting.errors import BadParameterError, NotFoundError
from reporting.filters import Filter
from reporting.instants import parse_range, parse_zone
from reporting.published import Publication
from reporting.queries import Question


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks: ``campuses`` None means every campus; ``is_masked`` hides persons."""

    campuses: frozenset[str] | None = None
    is_masked: bool = False

    def may_read(self, campus_id: str | None) -> bool:
        """Whether a campus is the reader's."""
        return self.campuses is None or campus_id in self.campuses


EVERYTHING = Reader()


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything that can be asked of a report, as text."""

    campuses: tuple[str, ...] = ()
    start: str | None = None
    end: str | None = None
    tz: str | None = None
    sorts: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)


def ask(
    publication: Publication, report_name: str, asked: Asked, reader: Reader
) -> Question:
    """Settle what is asked, and that this reader may ask it.

    A campus that is unknown and one that is not the reader's answer alike.

    Raises:
        ReportingError: something is unknown, unreadable or not allowed.
    """
    report = publication.catalog.report(report_name)
    zone = parse_zone(asked.tz)
    span = parse_range(asked.start, asked.end, zone)
    options = {name: _option(name, text) for name, text in asked.options.items()}
    return Question(
        report=report,
        campuses=_campuses(publication, asked.campuses, reader),
        range=publication.range if options and span is None else span,
        options=options,
        sorts=tuple(map(Sort.parse, asked.sorts)),
        filters=tuple(map(Filter.parse, asked.filters)),
        is_masked=reader.is_masked,
    )


def require_campuses(
    publication: Publication, wanted: Iterable[str], reader: Reader = EVERYTHING
) -> None:
    """Make sure that the campuses are there and the reader's.

    Raises:
        NotFoundError: one is not. It does not say which of the two.
    """
    for campus in wanted:
        if campus not in publication.campuses or not reader.may_read(campus):
            raise NotFoundError(f"there is no campus {campus!r} that you may read")


def _campuses(
    publication: Publication, wanted: Iterable[str], reader: Reader
) -> tuple[str, ...] | None:
    wanted = tuple(dict.fromkeys(wanted))
    require_campuses(publication, wanted, reader)
    if wanted:
        return wanted
    return None if reader.campuses is None else tuple(sorted(reader.campuses))


def _option(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 36500:
        raise BadParameterError(f"{name} {text!r} is no number from 1 to 36500")
    return int(text)
