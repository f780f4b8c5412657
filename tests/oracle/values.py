"""Texts, instants, times of day and dates, each with the contract's own rule."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

BLANKS: Final = " \t\r\n"

_INSTANT: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?:\.([0-9]{1,6}))?(?:(Z)|([+-])([0-9]{2}):([0-9]{2}))?"
)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")


def trimmed(text: str) -> str | None:
    """Trim (space, tab, CR, LF, nothing else); an empty string is absent."""
    return text.strip(BLANKS) or None


def parse_instant(text: str) -> datetime:
    """Read a timestamp, or raise ValueError.

    "`YYYY-MM-DD`, `T` or a space, `HH:MM:SS`, at most six decimals, then `Z`,
    `±HH:MM` or nothing (UTC), in the years 1970 to 2100; nothing else is a time."
    The year is the one written, the most literal reading.
    """
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no time")
    day, clock, fraction, _, sign, hours, minutes = found.groups()
    if not 1970 <= int(day[:4]) <= 2100:
        raise ValueError(f"{text!r} is not in the years 1970 to 2100")
    written = datetime.fromisoformat(f"{day}T{clock}")
    written = written.replace(microsecond=int((fraction or "0").ljust(6, "0")))
    if sign is None:
        return written.replace(tzinfo=UTC)
    if int(hours) > 23 or int(minutes) > 59:
        raise ValueError(f"{text!r} has no such offset")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    zone = timezone(offset if sign == "+" else -offset)
    return written.replace(tzinfo=zone).astimezone(UTC)


def normal_time(text: str) -> str | None:
    """Give a time of day its one text, or None when it is none or cannot be.

    "A time of day is H:MM or HH:MM with or without :SS, seconds count, and `8:00`,
    `08:00:00` and `08:00` are one."
    """
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute, second = (int(part or "0") for part in found.groups())
    if hour > 23 or minute > 59 or second > 59:
        return None
    return clock_text(time(hour, minute, second))


def clock_text(clock: time) -> str:
    """Write HH:MM, with seconds (and their fraction) only where they are not 0.

    A request cannot say a fraction, so a session that starts on one has a start time
    that no request names: "seconds count".
    """
    if clock.second or clock.microsecond:
        return clock.isoformat()
    return clock.isoformat("minutes")


def normal_date(text: str) -> str | None:
    """Return the date, or None: "a time or date that is none or cannot be"."""
    if _DATE.fullmatch(text) is None:
        return None
    try:
        date.fromisoformat(text)
    except ValueError:
        return None
    return text


def zone_named(name: str) -> ZoneInfo:
    """Return the IANA time zone, or raise ValueError where it is unknown."""
    if name not in _known_zones():
        raise ValueError(f"{name!r} is no IANA time zone")
    return ZoneInfo(name)


@cache
def _known_zones() -> frozenset[str]:
    # Listing them walks the whole database on disk: once, not once a session.
    return frozenset(available_timezones())


def is_repeated(instant: datetime, zone: ZoneInfo) -> bool:
    """Tell whether the wall clock shows this local time twice that day."""
    local = instant.astimezone(zone)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def is_skipped(day: str, clock: str, zone: ZoneInfo) -> bool:
    """Tell whether the wall clock never shows this local time."""
    local = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone)
    return local.astimezone(UTC).astimezone(zone).replace(
        fold=0, tzinfo=None
    ) != local.replace(tzinfo=None)


def is_near_jump(instant: datetime, zone: ZoneInfo) -> bool:
    """Tell whether the zone's offset changes within six hours of the instant."""
    before = (instant - timedelta(hours=6)).astimezone(zone).utcoffset()
    after = (instant + timedelta(hours=6)).astimezone(zone).utcoffset()
    return before != after
