"""Zones and ranges as readers write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from orchestration.errors import BadInputError
from orchestration.instants import parse_instant
from reporting.errors import BadParameterError


@dataclass(frozen=True, slots=True)
class Range:
    """``[start, end)``: the end is exclusive."""

    start: datetime
    end: datetime


def parse_zone(name: str | None) -> ZoneInfo:
    """Return the zone of that IANA name; UTC without one.

    Raises:
        BadParameterError: there is none.
    """
    if name is None:
        return ZoneInfo("UTC")
    if name not in _zone_names():
        raise BadParameterError(
            f"tz {name!r} is no time zone: write an IANA name like America/Denver"
        )
    return ZoneInfo(name)


def parse_range(start: str | None, end: str | None, zone: ZoneInfo) -> Range | None:
    """Return the range that two texts mean; None where neither is given.

    A text without an offset is in the zone, a date its midnight.

    Raises:
        BadParameterError: one is no time or is missing, or the end is not after it.
    """
    if start is None and end is None:
        return None
    if start is None or end is None:
        missing = "start" if start is None else "end"
        raise BadParameterError(f"{missing} is missing: a range needs start and end")
    given = Range(moment(start, "start", zone), moment(end, "end", zone))
    if given.start >= given.end:
        raise BadParameterError(
            f"end {end!r} is not after start {start!r}: the end is exclusive"
        )
    return given


def moment(text: str, name: str, zone: ZoneInfo) -> datetime:
    """Return the instant that a parameter means, in UTC.

    Raises:
        BadParameterError: it means none.
    """
    try:
        return parse_instant(text, name=name, zone=zone)
    except BadInputError as error:
        raise BadParameterError(str(error)) from error


@cache
def _zone_names() -> frozenset[str]:
    """Zones that both Python and DuckDB know; some hosts add names of their own."""
    return frozenset(
        name
        for name in available_timezones()
        if name == "UTC" or ("/" in name and not name.startswith(("posix", "right")))
    )
