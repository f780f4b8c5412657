"""Zones and ranges as readers write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

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
    given = Range(parse_instant(start, "start", zone), parse_instant(end, "end", zone))
    if given.start >= given.end:
        raise BadParameterError(
            f"end {end!r} is not after start {start!r}: the end is exclusive"
        )
    return given


def parse_instant(text: str, name: str, zone: ZoneInfo) -> datetime:
    """Return the instant that a text means, in UTC; without an offset it is the zone's.

    Raises:
        BadParameterError: it means none.
    """
    try:
        instant = datetime.fromisoformat(text.strip())
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=zone)
        instant = instant.astimezone(UTC)
    except (ValueError, OverflowError):
        instant = None
    if instant is None or not 1970 <= instant.year <= 2100:
        raise BadParameterError(
            f"{name} {text!r} is no time of the years 1970 to 2100:"
            " write it like 2026-03-20 or 2026-03-20T06:00:00Z"
        )
    return instant


@cache
def _zone_names() -> frozenset[str]:
    """Zones that both Python and DuckDB know; some hosts add names of their own."""
    return frozenset(
        name
        for name in available_timezones()
        if name == "UTC" or ("/" in name and not name.startswith(("posix", "right")))
    )
