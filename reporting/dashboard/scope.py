"""What a page is about: one campus, a range, a zone. All of it is in the address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams

from reporting.accounts.principal import Principal
from reporting.asking import Asked, Reader, require_campuses
from reporting.dashboard.values import date_text, instant_text
from reporting.errors import BadParameterError, NotFoundError
from reporting.instants import Range, parse_range, parse_zone
from reporting.published import Publication

PREFIX = "/dashboard"
_PRESET_DAYS = (7, 14, 30, 90)
_OLDEST, _NEWEST = date(1970, 1, 2), date(9000, 1, 1)


@dataclass(frozen=True, slots=True)
class Campus:
    """A campus as the drop-down shows it."""

    campus_id: str
    name: str
    time_zone: str | None


@dataclass(frozen=True, slots=True)
class Scope:
    """One campus and one range, in one zone.

    ``days`` are what the reader chose, both included; None means the range of the
    publication. ``zone_name`` is the zone of the address, if it names one.
    """

    campus: Campus
    campuses: tuple[Campus, ...]
    range: Range
    default_range: Range
    as_of: datetime
    days: tuple[date, date] | None
    zone: ZoneInfo
    zone_name: str | None

    def query(self, **given: Any) -> list[tuple[str, str]]:
        """Parameters of an address that is about the same."""
        pairs = [("campus", self.campus.campus_id)]
        if self.days is not None:
            pairs += [("start", str(self.days[0])), ("end", str(self.days[1]))]
        if self.zone_name is not None:
            pairs.append(("tz", self.zone_name))
        for name, value in given.items():
            values = value if isinstance(value, (list, tuple)) else [value]
            pairs += [(name, str(each)) for each in values if each is not None]
        return pairs

    def href(self, path: str, anchor: str = "", **given: Any) -> str:
        """The address of a page of ours that is about the same."""
        return address(path, self.query(**given), anchor)

    def asked(
        self, *, sorts: Iterable[str] = (), filters: Iterable[str] = (), has_range: bool
    ) -> Asked:
        """What the API would be asked for."""
        start, end = None, None
        if has_range and self.days is not None:
            start, end = str(self.days[0]), str(self.days[1] + timedelta(days=1))
        return Asked(
            campuses=(self.campus.campus_id,),
            start=start,
            end=end,
            tz=self.zone.key,
            sorts=tuple(sorts),
            filters=tuple(filters),
        )

    def before(self) -> Asked:
        """The equally long range before this one."""
        length = self.range.end - self.range.start
        return Asked(
            campuses=(self.campus.campus_id,),
            start=(self.range.start - length).isoformat(),
            end=self.range.start.isoformat(),
            tz=self.zone.key,
        )

    @property
    def first_day(self) -> date:
        """The first day of the range, on the reader's clock."""
        return self.range.start.astimezone(self.zone).date()

    @property
    def last_day(self) -> date:
        """The last day of the range, on the reader's clock."""
        last = self.range.end - timedelta(microseconds=1)
        return last.astimezone(self.zone).date()

    @property
    def range_text(self) -> str:
        """The range as people write it."""
        if self.days is None:
            start, end = self.range.start, self.range.end
            first, last = (instant_text(each, self.zone) for each in (start, end))
            return f"{first} to {last}"
        if self.days[0] == self.days[1]:
            return date_text(self.days[0])
        return f"{date_text(self.days[0])} to {date_text(self.days[1])}"

    @property
    def default_days(self) -> int:
        """How many days the default range has."""
        length = self.default_range.end - self.default_range.start
        return max(1, round(length / timedelta(days=1)))

    def presets(self) -> list[tuple[str, Scope]]:
        """Ranges that are one click away, the default first."""
        last = (self.as_of - timedelta(microseconds=1)).astimezone(self.zone).date()
        found = [(f"Last {self.default_days} days", replace(self, days=None))]
        for count in _PRESET_DAYS:
            if count != self.default_days:
                days = (last - timedelta(days=count - 1), last)
                found.append((f"{count} days", replace(self, days=days)))
        return found


def address(path: str, pairs: Iterable[tuple[str, str]], anchor: str = "") -> str:
    """An address of a page of ours."""
    query = urlencode(list(pairs))
    mark = f"#{anchor}" if anchor else ""
    return f"{PREFIX}{path}{'?' if query else ''}{query}{mark}"


def read_scope(
    publication: Publication,
    principal: Principal,
    query: QueryParams,
    cookies: Mapping[str, str],
) -> Scope:
    """What an address is about; what it leaves out has defaults.

    Raises:
        ReportingError: the campus is not the reader's, or a parameter is unreadable.
    """
    campuses = allowed_campuses(publication, principal.reader)
    wanted = query.get("campus")
    if wanted is not None:
        require_campuses(publication, [wanted], principal.reader)
    elif not campuses:
        raise NotFoundError(
            "there is no campus that you may read: ask who gave you access"
        )
    campus = next((each for each in campuses if each.campus_id == wanted), campuses[0])
    zone = _zone(query.get("tz"), cookies.get("rollbook_tz"), campus.time_zone)
    days = _days(query.get("start") or None, query.get("end") or None)
    return Scope(
        campus=campus,
        campuses=campuses,
        range=publication.range if days is None else _range(days, zone),
        default_range=publication.range,
        as_of=publication.as_of,
        days=days,
        zone=zone,
        zone_name=query.get("tz") or None,
    )


def allowed_campuses(publication: Publication, reader: Reader) -> tuple[Campus, ...]:
    """The reader's campuses by name."""
    with publication.session.cursor() as cursor:
        rows = cursor.execute(
            "select campus_id, name, time_zone from rollbook.marts.dim_campuses"
        ).fetchall()
    known = {row[0]: row for row in rows}
    found = [
        Campus(each, *(known[each][1:] if each in known else (None, None)))
        for each in publication.campuses
        if reader.may_read(each)
    ]
    named = [replace(each, name=each.name or each.campus_id) for each in found]
    return tuple(sorted(named, key=lambda each: (each.name.lower(), each.campus_id)))


def _zone(asked: str | None, browser: str | None, campus: str | None) -> ZoneInfo:
    """The zone of the address, else the browser's, else the campus's."""
    if asked:
        return parse_zone(asked)
    for name in (browser, campus):
        if name:
            try:
                return parse_zone(name)
            except BadParameterError:
                continue
    return parse_zone(None)


def _days(start: str | None, end: str | None) -> tuple[date, date] | None:
    if start is None and end is None:
        return None
    if start is None or end is None:
        missing = "start" if start is None else "end"
        raise BadParameterError(f"the {missing} date is missing: choose both, or none")
    days = (_day(start, "start"), _day(end, "end"))
    if days[0] > days[1]:
        raise BadParameterError(
            f"the end date {date_text(days[1])} is before the start date"
            f" {date_text(days[0])}: choose them the other way round"
        )
    return days


def _day(text: str, name: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise BadParameterError(
            f"the {name} date {text!r} is no date: write it like 2026-03-23"
        ) from error
    if not _OLDEST <= found <= _NEWEST:
        raise BadParameterError(f"the {name} date {text} is too far away")
    return found


def _range(days: tuple[date, date], zone: ZoneInfo) -> Range:
    found = parse_range(str(days[0]), str(days[1] + timedelta(days=1)), zone)
    if found is None:
        raise BadParameterError("the range is empty")
    return found
