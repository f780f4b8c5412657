"""Names as people read them: of columns, of kinds of records, of values."""

from __future__ import annotations

import re
from functools import cache

# Words that are not written as a plain word.
_SPELLED = {
    "id": "ID",
    "sis": "SIS",
    "api": "API",
    "http": "HTTP",
    "url": "URL",
    "min": "minutes",
    "json": "JSON",
    "lms": "LMS",
    "cc": "captions",
    "syncprofile": "sync profile",
}
_PLURALS = {"activity": "activity"}
# Kinds of identifiers that are pairs: of a user and a course, a session or a record.
_PAIRS = ("pair", "slot", "user_attendance", "user_record")
_REFERRED = re.compile(r"(^|\|)(user|course)[:?](?:[a-z_]+=)?")


@cache
def label_of(name: str) -> str:
    """``last_attempted_at`` is "Last attempted", ``error_count`` "Errors"."""
    words = [_SPELLED.get(word, word) for word in name.split("_") if word]
    if len(words) > 1 and words[-1] in ("at", "count"):
        *words, last = words
        if last == "count" and not words[-1].endswith("ed"):
            words[-1] = plural_of(words[-1])
    if len(words) > 1 and words[0] in ("is", "has"):
        words = words[1:]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


@cache
def plural_of(record_type: str) -> str:
    """``course_member`` is "course members"."""
    words = record_type.replace("_", " ")
    return _PLURALS.get(words, words if words.endswith("s") else f"{words}s")


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """A number with its noun: "1 job", "1,204 jobs"."""
    noun = singular if count == 1 else plural or f"{singular}s"
    return f"{count:,} {noun}"


def record_name(record_key: str) -> str:
    """A record within its kind: ``course:K1`` is "K1", ``user?email=E`` "email E".

    The keys are described in docs/analysts.md; anomalies name records likewise.
    """
    kind, mark, rest = re.split("([:?])", record_key, maxsplit=1)
    if mark == ":":
        return rest
    identifier, _, value = rest.partition("=")
    if identifier == "request":
        return f"a {kind.replace('_', ' ')} without an identifier"
    if identifier in _PAIRS:
        return _REFERRED.sub(r"\1\2 ", value).replace("|", ", ")
    return f"{label_of(identifier).lower().replace(' id', ' ID')} {value}"
