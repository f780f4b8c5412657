"""How values are shown: dates as people write them, numbers with separators."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from reporting.dashboard.labels import label_of
from reporting.queries import MASK

Kind = Literal["empty", "text", "number", "instant", "date", "flag", "facts", "mask"]
_LONGEST_FACT = 400
DASH = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Shown:
    """One value: ``text`` for people, ``machine`` for programs where they differ."""

    kind: Kind
    text: str = ""
    machine: str = ""
    facts: tuple[tuple[str, str], ...] = field(default=())


EMPTY = Shown("empty", DASH)


def show(value: Any, zone: ZoneInfo) -> Shown:
    """A value of a report; instants are shown in ``zone``."""
    match value:
        case None | "":
            return EMPTY
        case bool():
            return Shown("flag", "Yes" if value else "No")
        case int():
            return Shown("number", f"{value:,}")
        case float() | Decimal():
            return Shown("number", f"{value:,.2f}".rstrip("0").rstrip("."))
        case datetime():
            return Shown("instant", instant_text(value, zone), value.isoformat())
        case date():
            return Shown("date", date_text(value), value.isoformat())
        case str() if value == MASK:
            return Shown("mask", MASK)
        case str():
            facts = facts_of(value)
            if facts is None:
                return Shown("text", value)
            return Shown("facts", _counted(len(facts)), value, facts)
        case _:
            return Shown("text", str(value))


def instant_text(value: datetime, zone: ZoneInfo) -> str:
    """``23 Mar 2026, 06:15`` on the clock of the zone."""
    local = value.astimezone(zone)
    return f"{date_text(local.date())}, {local:%H:%M}"


def date_text(value: date) -> str:
    """``23 Mar 2026``."""
    return f"{value.day} {value:%b %Y}"


def facts_of(text: str) -> tuple[tuple[str, str], ...] | None:
    """The members of a JSON object, named and flat; None for any other text."""
    found = object_of(text)
    if found is None:
        return None
    return tuple((label_of(_spaced(name)), fact) for name, fact in _flat(found))


def object_of(text: str | None) -> dict[str, Any] | None:
    """The JSON object that a text is; None for any other."""
    if not text or not text.startswith("{"):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def fact_text(value: Any) -> str:
    """A member of a JSON object in one line."""
    if value is None:
        return DASH
    if isinstance(value, str):
        return _shortened(value)
    return _shortened(json.dumps(value, ensure_ascii=False))


def _flat(found: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    facts = []
    for name, value in found.items():
        if isinstance(value, dict) and value:
            facts += _flat(value, f"{prefix}{name} ")
        else:
            facts.append((f"{prefix}{name}", fact_text(value)))
    return facts


def _spaced(name: str) -> str:
    """``courseMappingID`` as ``course_mapping_id``: requests write names so."""
    parts = []
    for place, letter in enumerate(name):
        if letter.isupper() and place and not name[place - 1].isupper():
            parts.append("_")
        parts.append("_" if letter == " " else letter.lower())
    return "".join(parts)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_FACT else f"{text[:_LONGEST_FACT]}…"


def _counted(count: int) -> str:
    return "1 value" if count == 1 else f"{count} values"
