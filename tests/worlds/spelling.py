"""Ways to write one value: as JSON text, as an instant, with white space around."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Final

from hypothesis import strategies as st

# Absent as an identifier, yet some of them are part of the fingerprint.
_ODD_JSON: Final = ('""', '" \\t\\r\\n "', "null", "true", "false", "[]", "{}")
_ODDER_JSON: Final = ('["M1", null]', '{"b": 1, "a": " x "}')

SPACES: Final = (("", ":", ","), ("", ": ", ", "), (" \t", " : ", " ,\t"))
"""White space of an object: inside its braces, around colons, around commas."""


def json_texts(
    values: Sequence[str], *, first: int = 0, more: Sequence[str] = ()
) -> list[str]:
    """List JSON texts that mean the values, and some that mean nothing.

    Each value comes plain (most often), trimmable, escaped and, where it reads as a
    JSON number, as that number. The list is one pool, so that one draw decides all;
    ``first`` is how much more often the first value comes than the others.
    """
    texts: list[str] = []
    for value in values:
        plain = json.dumps(value, ensure_ascii=False)
        texts += [plain] * 4
        texts += [f'" {plain[1:-1]} "', f'"\\t{plain[1:-1]}\\r\\n"', _escaped(value)]
        if _is_number(value):
            texts += [value] * 2
    texts += [json.dumps(values[0], ensure_ascii=False)] * (4 * first)
    return [*texts, *_ODD_JSON, *_ODDER_JSON, *more]


def _escaped(value: str) -> str:
    """Escape every character, though none needs it (a pair beyond 16 bits)."""
    units = value.encode("utf-16-be").hex()
    return (
        '"' + "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4)) + '"'
    )


def _is_number(value: str) -> bool:
    try:
        return isinstance(json.loads(value), (int, float))
    except ValueError:
        return False


def object_text(pairs: Sequence[tuple[str, str]], spaces: tuple[str, str, str]) -> str:
    """Write a JSON object from keys and the JSON texts of their values."""
    pad, colon, comma = spaces
    parts = [f"{json.dumps(k, ensure_ascii=False)}{colon}{v}" for k, v in pairs]
    return "{" + pad + comma.join(parts) + pad + "}"


def instant_text(instant: datetime, way: int) -> str:
    """Write an instant in one of the ways that section 1 allows."""
    if way in (0, 1):
        return _digits(instant, "T") + "Z"
    if way == 2:
        return _digits(instant, " ")
    if way == 3:
        return _digits(instant, "T") + "+00:00"
    if way == 4:
        local = instant.astimezone(timezone(timedelta(hours=-5)))
        return _digits(local, "T") + "-05:00"
    local = instant.astimezone(timezone(timedelta(hours=5, minutes=30)))
    return _digits(local, " ", decimals=6) + "+05:30"


def _digits(instant: datetime, between: str, *, decimals: int = 0) -> str:
    text = instant.strftime(f"%Y-%m-%d{between}%H:%M:%S")
    if decimals or instant.microsecond:
        text += f".{instant.microsecond:06d}"
    return text


def instant_texts(instants: Sequence[datetime]) -> st.SearchStrategy[str]:
    """Draw one of the instants, written in one of the ways."""
    return st.builds(instant_text, st.sampled_from(instants), st.integers(0, 5))


def padded(text: str | None, way: int) -> str | None:
    """Put white space that is trimmed around a text, in a few of the ways."""
    pads = {1: (" ", ""), 2: ("", "\t"), 3: ("\r\n", " ")}
    before, after = pads.get(way, ("", ""))
    return None if text is None else f"{before}{text}{after}"


def time_texts(time: str) -> list[str]:
    """List the ways to write one time of day, HH:MM or HH:MM:SS."""
    ways = [time, time, f" {time}\t"]
    if len(time) == len("HH:MM"):
        ways.append(f"{time}:00")
    return ways + [way.strip()[1:] for way in ways if way.strip().startswith("0")]
