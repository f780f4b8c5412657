"""One record: found by any identifier, and all that happened to it.

Both are table macros of the published file, always asked for one campus.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from reporting.asking import Reader, require_campuses
from reporting.errors import BadParameterError
from reporting.published import Publication
from reporting.queries import MASK
from reporting.service import Service

FOUND_ROWS = 50
_LONGEST = 300
_HIDDEN = ("message", "content", "previous_content", "changed_fields")


@dataclass(frozen=True, slots=True)
class Found:
    """A record that bears what was searched, or belongs to what does.

    ``shown_key`` and ``title`` are masked for analysts, ``record_key`` is not for
    showing.
    """

    record_type: str
    record_key: str
    title: str | None
    matched_by: tuple[str, ...]
    is_own_identifier: bool
    is_in_roster: bool
    shown_key: str


@dataclass(frozen=True, slots=True)
class Story:
    """Some of what happened to a record, newest first, and how much there is by kind.

    ``roster`` is the record's newest version, as JSON; None when no roster has it.
    """

    events: list[dict[str, Any]]
    counts: dict[str, int]
    roster: str | None

    @property
    def total_count(self) -> int:
        """Everything that happened."""
        return sum(self.counts.values())


def find_records(
    service: Service,
    publication: Publication,
    campus_id: str,
    wanted: str,
    reader: Reader,
) -> list[Found]:
    """Records of a campus for an identifier; an analyst's search knows no address.

    Raises:
        ReportingError: the campus is not the reader's, or the text is too long.
    """
    require_campuses(publication, [campus_id], reader)
    if len(wanted) > _LONGEST:
        raise BadParameterError(f"an identifier has at most {_LONGEST} characters")
    with publication.session.cursor() as cursor, service.in_time(cursor):
        rows = cursor.execute(
            "select record_type, record_key, title, matched_by, is_own_identifier,"
            " is_in_roster from rollbook.reports.record_search($1, $2, $3) limit $4",
            [campus_id, wanted, not reader.is_masked, FOUND_ROWS],
        ).fetchall()
    return [
        Found(
            record_type=row[0],
            record_key=row[1],
            title=MASK if row[2] and reader.is_masked else row[2] or None,
            matched_by=tuple(row[3].split(", ")) if row[3] else (),
            is_own_identifier=row[4],
            is_in_roster=row[5],
            shown_key=MASK if reader.is_masked else row[1],
        )
        for row in rows
    ]


def read_story(
    service: Service,
    publication: Publication,
    campus_id: str,
    record_key: str,
    reader: Reader,
    zone: ZoneInfo,
    *,
    limit: int,
    offset: int = 0,
    event: str | None = None,
) -> Story:
    """What happened to a record; ``event`` leaves all other kinds out.

    Raises:
        ReportingError: the campus is not the reader's, or it takes too long.
    """
    require_campuses(publication, [campus_id], reader)
    with publication.cursor(zone) as cursor, service.in_time(cursor):
        # Told once, for the page and for the counts: texts of other systems are
        # searched for it. The table is this cursor's alone, and goes with it.
        cursor.execute(
            "create temp table story as select *, row_number() over () as place"
            " from rollbook.reports.record_story($1, $2)",
            [campus_id, record_key],
        )
        cursor.execute(
            "select * exclude (place) from story"
            " where $1::varchar is null or event = $1"
            " order by place limit $2 offset $3",
            [event, limit, offset],
        )
        names = [each[0] for each in cursor.description or ()]
        events = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        kinds = cursor.execute(
            "select event, count(*), arg_max_null(content, happened_at)"
            " from story group by event order by event"
        ).fetchall()
    if reader.is_masked:
        for each in events:
            each |= {name: MASK for name in _HIDDEN if each.get(name) is not None}
    newest = {event: content for event, _, content in kinds}
    roster = None if reader.is_masked else newest.get("roster")
    return Story(events, {event: count for event, count, _ in kinds}, roster)
