"""Cases of posting_missing and posting_time_mismatch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from benchmarks.labelled.registry import fires, silent
from benchmarks.labelled.world import AS_OF, KNOWN_ERROR, Campus, Row

TWO_DAYS = timedelta(hours=48)


def _meeting(
    campus: Campus,
    ends_at: datetime,
    *,
    member: dict[str, Any] | None = None,
    **user: Any,
) -> tuple[Row, Row]:
    """A course with one member and one session."""
    course, student = campus.course(), campus.user(**user)
    campus.member(course, student, **(member or {}))
    return campus.session(course, ends_at), student


def _post(
    campus: Campus,
    session: Row,
    user: dict[str, Any],
    at: datetime,
    *,
    minutes: tuple[Any, Any] = (45, 5),
    **given: Any,
) -> None:
    params = {
        "attendanceID": session["attendance_id"],
        "timeAttended": minutes[0],
        "timeAbsent": minutes[1],
        **user,
    }
    params = {key: value for key, value in params.items() if value is not None}
    campus.request(
        params, at, record_type="attendance_posting", operation="post", **given
    )


def _key(session: Row, user: Row) -> str:
    place = f"user:{user['user_id']}|{session['attendance_id']}"
    return f"attendance_posting?user_attendance={place}"


@fires("posting_missing", "never posted, 48 hours after the end")
def _(campus: Campus) -> str:
    return _key(*_meeting(campus, AS_OF - TWO_DAYS))


@fires("posting_missing", "only failed")
def _(campus: Campus) -> str:
    session, user = _meeting(campus, campus.at(12))
    _post(campus, session, {"userID": user["user_id"]}, campus.at(11), **KNOWN_ERROR)
    return _key(session, user)


@fires("posting_missing", "posted for another student and another session")
def _(campus: Campus) -> str:
    session, user = _meeting(campus, campus.at(12))
    other_session, other = _meeting(campus, campus.at(11))
    _post(campus, other_session, {"userID": other["user_id"]}, campus.at(11, "12:00"))
    return _key(session, user)


@silent("posting_missing", "47 hours and 59 minutes after the end")
def _(campus: Campus) -> str:
    return _key(*_meeting(campus, AS_OF - TWO_DAYS + timedelta(minutes=1)))


@silent("posting_missing", "posted by e-mail")
def _(campus: Campus) -> str:
    session, user = _meeting(campus, campus.at(12))
    _post(campus, session, {"email": user["email"].upper()}, campus.at(11))
    return _key(session, user)


@silent("posting_missing", "posted late")
def _(campus: Campus) -> str:
    session, user = _meeting(campus, campus.at(12))
    _post(campus, session, {"userID": user["user_id"]}, campus.at(2))
    return _key(session, user)


@silent("posting_missing", "no student")
def _(campus: Campus) -> str:
    return _key(*_meeting(campus, campus.at(12), user_type="staff"))


@silent("posting_missing", "an archived enrollment")
def _(campus: Campus) -> str:
    member = {"archived_at": campus.at(14)}
    return _key(*_meeting(campus, campus.at(12), member=member))


@silent("posting_missing", "an archived student")
def _(campus: Campus) -> str:
    gone = {"archived_at": campus.at(14)}
    return _key(
        *_meeting(campus, campus.at(12), member=gone, archived_at=campus.at(14))
    )


@silent("posting_missing", "a campus without a posting job", is_alone=True)
def _(campus: Campus) -> str:
    campus.request({"note": "the log begins"}, campus.at(50))
    return _key(*_meeting(campus, campus.at(12)))


@silent("posting_missing", "the posting job is disabled", is_alone=True)
def _(campus: Campus) -> str:
    campus.request({"note": "the log begins"}, campus.at(50))
    campus.job(direction="out", record_types="attendance_posting", is_enabled=False)
    return _key(*_meeting(campus, campus.at(12)))


@fires("posting_missing", "a campus of its own", is_alone=True)
def _(campus: Campus) -> str:
    campus.request({"note": "the log begins"}, campus.at(50))
    campus.job(direction="out", record_types="course;attendance_posting")
    return _key(*_meeting(campus, campus.at(12)))


def _posted(
    campus: Campus,
    *minutes: tuple[Any, Any],
    last: Mapping[str, Any] = MappingProxyType({}),
) -> str:
    """Postings of a session of 50 minutes, one an hour, and how the last one ended."""
    session, user = _meeting(campus, campus.at(12))
    who = {"userID": user["user_id"]}
    for place, posted in enumerate(minutes, start=1):
        at = campus.at(11, f"{11 + place}:00")
        outcome = last if place == len(minutes) else {}
        _post(campus, session, who, at, minutes=posted, **outcome)
    return _key(session, user)


@fires("posting_time_mismatch", "six minutes too much")
def _(campus: Campus) -> str:
    return _posted(campus, (50, 6))


@fires("posting_time_mismatch", "six minutes too little, as text")
def _(campus: Campus) -> str:
    return _posted(campus, ("40", " 4 "))


@fires("posting_time_mismatch", "the last one is wrong")
def _(campus: Campus) -> str:
    return _posted(campus, (50, 0), (90, 0))


@silent("posting_time_mismatch", "five minutes too much")
def _(campus: Campus) -> str:
    return _posted(campus, (50, 5))


@silent("posting_time_mismatch", "five minutes too little")
def _(campus: Campus) -> str:
    return _posted(campus, (0, 45))


@fires("posting_time_mismatch", "a correction that failed")
def _(campus: Campus) -> str:
    return _posted(campus, (90, 0), (45, 5), last=KNOWN_ERROR)


@silent("posting_time_mismatch", "corrected since")
def _(campus: Campus) -> str:
    return _posted(campus, (90, 0), (45, 5))


@silent("posting_time_mismatch", "only one of the two")
def _(campus: Campus) -> str:
    return _posted(campus, (10, None))
