"""Requests that speak of a roster row, so that the roster names more than strangers.

Values drawn from pools rarely meet in a pair or a slot; these take theirs from a row.
"""

import json
from typing import Final

from hypothesis import strategies as st

from worlds.drawn import DrawnRow
from worlds.pools import Zone
from worlds.spelling import time_texts

# Record type: (column of the row, key of params) pools, of which each request takes
# one; the later ones are weaker.
_KEYS: Final[dict[str, tuple[tuple[tuple[str, str], ...], ...]]] = {
    "course": (
        (("course_id", "courseID"), ("mapping_id", "mappingID")),
        (("mapping_id", "mappingID"), ("name", "name")),
        (("add_code", "addCode"),),
        (("add_code", "addCode"), ("name", "name")),
        (("name", "name"),),
    ),
    "user": (
        (("user_id", "userID"), ("email", "email")),
        (("mapping_id", "mappingID"), ("issued_id", "issuedID")),
        (("issued_id", "issuedID"),),
        (("issued_id", "issuedID"), ("email", "email")),
        (("email", "email"),),
    ),
    "course_member": (
        (("course_id", "courseID"), ("user_id", "userID")),
        (("course_id", "courseID"), ("user_id", "userID")),
        (("mapping_id", "mappingID"), ("user_id", "userID")),
        (("course_member_id", "courseMemberID"),),
    ),
    "attendance_session": (
        (("course_id", "courseID"),),
        (("course_id", "courseID"),),
        (("mapping_id", "mappingID"),),
        (("attendance_id", "attendanceID"),),
    ),
    "attendance_posting": (
        (("user_id", "userID"),),
        (("email", "email"),),
    ),
}


@st.composite
def aimed_pairs(
    draw: st.DrawFn, record_type: str, row: DrawnRow, zone: Zone
) -> list[tuple[str, str]]:
    """Draw keys that the row bears, and the JSON texts of their values."""
    pairs = []
    for column, key in draw(st.sampled_from(_KEYS[record_type])):
        cell = row.get(column)
        if isinstance(cell, str):
            text = draw(st.sampled_from([cell, cell.strip(), cell.strip().upper()]))
            pairs.append((key, json.dumps(text, ensure_ascii=False)))
    if record_type == "attendance_session":
        pairs += draw(_slot_of(row, zone))
    if record_type == "attendance_posting":
        key = draw(st.sampled_from(["attendanceID", "recordID"]))
        pairs.append((key, '"S1"'))
        if draw(st.booleans()):
            pairs += [("timeAttended", "60"), ("timeAbsent", "0")]
    return pairs


@st.composite
def _slot_of(draw: st.DrawFn, row: DrawnRow, zone: Zone) -> list[tuple[str, str]]:
    """Draw the row's own slot, with or without its time, however that is written."""
    known = {instant: (date, time) for instant, date, time in zone.starts}
    starts_at = row.get("starts_at")
    slot = known.get(starts_at.strip()) if isinstance(starts_at, str) else None
    if slot is None:
        return []
    date, time = slot
    pairs = [("startDate", f'"{date}"')]
    if draw(st.sampled_from([True, True, False])):
        written = draw(st.sampled_from(time_texts(time)))
        pairs.append(("startTime", json.dumps(written)))
    return pairs
