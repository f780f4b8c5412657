"""Instants as people write them on a command line or in a configuration."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from orchestration.errors import BadInputError


def parse_instant(text: str, *, name: str, zone: tzinfo = UTC) -> datetime:
    """Return the instant that ``text`` means, in UTC.

    A text without an offset is in ``zone``.

    Raises:
        BadInputError: it means none, or one outside the years 1970 to 2100.
    """
    try:
        instant = datetime.fromisoformat(text.strip())
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=zone)
        instant = instant.astimezone(UTC)
    except (ValueError, OverflowError):
        instant = None
    if instant is None or not 1970 <= instant.year <= 2100:
        raise BadInputError(
            f"{name} '{text}' is no time of the years 1970 to 2100:"
            " write it like 2026-03-20 or 2026-03-20T06:00:00Z"
        )
    return instant
