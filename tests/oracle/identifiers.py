"""Normalised identifiers of an attempt, strongest first (section 2)."""

from dataclasses import dataclass
from typing import Final

from oracle.json_text import Json, Number
from oracle.model import Attempt
from oracle.rules import RuleCounter
from oracle.schema import (
    COURSE_KEYS,
    COURSE_REFERENCE_KEYS,
    USER_KEYS,
    USER_REFERENCE_KEYS,
)
from oracle.values import normal_date, normal_time, trimmed

# "Slots with and without a start time are two kinds" when attempts are joined; the
# record_key knows the one kind `slot`.
SLOT: Final = "slot"
SLOT_DATE: Final = "slot_date"


@dataclass(frozen=True, slots=True)
class Identifier:
    """One identifier: its kind, and its value as the parts that make it."""

    kind: str
    value: tuple[str, ...]

    @property
    def text(self) -> str:
        """Composite values join their parts with `|`."""
        return "|".join(self.value)


@dataclass(frozen=True, slots=True)
class Claim:
    """What one attempt says about one record: its own, its user or its course."""

    campus_id: str
    record_type: str
    identifiers: tuple[Identifier, ...]
    """Strongest first; empty where the keys say nothing."""
    attempt: Attempt
    is_reference: bool = False


def normal(value: Json, rules: RuleCounter) -> str | None:
    """Normalise a value.

    "Trim (space, tab, CR, LF); an empty string is absent; a JSON number is its text;
    true, false, arrays and objects are absent."
    """
    if isinstance(value, str):
        text = trimmed(value)
        rules.hit_if("value_empty_absent", when=text is None)
        rules.hit_if("value_trimmed", when=text not in (None, value))
        return text
    rules.hit_if("number_is_text", when=isinstance(value, Number))
    rules.hit_if("boolean_absent", when=isinstance(value, bool))
    rules.hit_if("nested_absent", when=isinstance(value, (list, dict)))
    return value.text if isinstance(value, Number) else None


def course_claim(attempt: Attempt, rules: RuleCounter) -> Claim:
    """Return what a course request says about its course."""
    found = _keyed(attempt.params, COURSE_KEYS, rules)
    return Claim(attempt.campus_id, "course", found, attempt)


def course_reference(attempt: Attempt, rules: RuleCounter) -> Claim:
    """Return what a member or session request says about its course."""
    found = _keyed(attempt.params, COURSE_REFERENCE_KEYS, rules)
    return Claim(attempt.campus_id, "course", found, attempt, is_reference=True)


def user_claim(attempt: Attempt, rules: RuleCounter) -> Claim:
    """Return what a user request says about its user."""
    found = _keyed(attempt.params, USER_KEYS, rules)
    return Claim(attempt.campus_id, "user", found, attempt)


def user_reference(attempt: Attempt, rules: RuleCounter) -> Claim:
    """Return what a member or posting request says about its user."""
    found = _keyed(attempt.params, USER_REFERENCE_KEYS, rules)
    return Claim(attempt.campus_id, "user", found, attempt, is_reference=True)


def member_claim(
    attempt: Attempt, *, user: str | None, course: str | None, rules: RuleCounter
) -> Claim:
    """Member id, mapping id, the pair (its user, its course).

    ``user`` and ``course`` are the records those keys identify, by record_key: "a
    pair or slot exists only when each of its parts does".
    """
    keys = (("course_member_id", "courseMemberID"), ("mapping_id", "mappingID"))
    found = _keyed(attempt.params, keys, rules) + _joined("pair", user, course)
    return Claim(attempt.campus_id, "course_member", found, attempt)


def session_claim(attempt: Attempt, *, course: str | None, rules: RuleCounter) -> Claim:
    """Attendance id, mapping id, the slot (its course, start date, start time).

    "A slot without a start time is (its course, start date)", also where the time
    that was given is none.
    """
    params = attempt.params
    keys = (("attendance_id", "attendanceID"), ("mapping_id", "mappingID"))
    date = _normal_start_date(params.get("startDate"), rules)
    time = _normal_start_time(params.get("startTime"), rules)
    if time is None:
        slot = _joined(SLOT_DATE, course, date)
        rules.hit_if("slot_without_time", when=slot)
    else:
        slot = _joined(SLOT, course, date, time)
    found = _keyed(params, keys, rules) + slot
    return Claim(attempt.campus_id, "attendance_session", found, attempt)


def posting_claim(attempt: Attempt, *, user: str | None, rules: RuleCounter) -> Claim:
    """(Its user, attendance id), (its user, record id), mapping id."""
    params = attempt.params
    attendance_id = normal(params.get("attendanceID"), rules)
    record_id = normal(params.get("recordID"), rules)
    found = (
        _joined("user_attendance", user, attendance_id)
        + _joined("user_record", user, record_id)
        + _keyed(params, (("mapping_id", "mappingID"),), rules)
    )
    return Claim(attempt.campus_id, "attendance_posting", found, attempt)


def _keyed(
    params: dict[str, Json], keys: tuple[tuple[str, str], ...], rules: RuleCounter
) -> tuple[Identifier, ...]:
    found = []
    for kind, key in keys:
        text = normal(params.get(key), rules)
        if text is not None and kind == "email":
            # "emails compare lower-cased"
            rules.hit_if("email_case", when=text != text.lower())
            text = text.lower()
        if text is not None:
            found.append(Identifier(kind, (text,)))
    return tuple(found)


def _joined(kind: str, *parts: str | None) -> tuple[Identifier, ...]:
    present = tuple(part for part in parts if part is not None)
    return (Identifier(kind, present),) if len(present) == len(parts) else ()


def _normal_start_date(value: Json, rules: RuleCounter) -> str | None:
    text = normal(value, rules)
    date = None if text is None else normal_date(text)
    rules.hit_if("date_bad_absent", when=text is not None and date is None)
    return date


def _normal_start_time(value: Json, rules: RuleCounter) -> str | None:
    text = normal(value, rules)
    time = None if text is None else normal_time(text)
    rules.hit_if("time_bad_absent", when=text is not None and time is None)
    rules.hit_if("time_normalised", when=time not in (None, text))
    rules.hit_if("time_seconds_count", when=time is not None and len(time) > 5)
    return time
