"""The only way from data into the text of an alert.

Titles, record keys, messages and failing rows may name a student, and an address holds
a password. So none of them is quoted: what stands in a text is a number, a date, a word
of our own, or an id that looks like one.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from orchestration.school_settings import AlertEvent

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")
OWNERS = ("school", "vendor", "platform")


@dataclass(frozen=True, slots=True)
class Message:
    """One alert as it is sent; without a campus it is about the whole home."""

    event: AlertEvent
    title: str
    body: str
    campus_id: str | None = None


def id_word(text: str) -> str:
    """An id as it is, if it looks like one; else a mark that tells it from others."""
    if _ID.fullmatch(text):
        return text
    return f"id-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def rule_word(text: str) -> str:
    """The name of a rule or a check as a person reads it."""
    if re.fullmatch(r"[a-z]+(_[a-z]+)*", text):
        return text.replace("_", " ")
    return "unnamed rule"


def owner_word(text: str | None) -> str:
    """Who has to act: one of three words."""
    return text if text in OWNERS else "not settled"


def counted(count: int, noun: str) -> str:
    """A number with its noun: ``1 anomaly``, ``2 anomalies``."""
    if count == 1:
        return f"1 {noun}"
    return f"{count:,} {noun[:-1]}ies" if noun.endswith("y") else f"{count:,} {noun}s"
