"""Attendance that is not posted, or not with the session's minutes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from benchmarks.school_year.faults import fault
from benchmarks.school_year.platform import AS_OF, Row, School

_TWO_DAYS = timedelta(hours=48)


def _class(
    school: School, ends_at: datetime, *, minutes: float = 50, **given: Any
) -> tuple[Row, Row, str]:
    """A session with one student; the posting's key."""
    course = school.record("courses")
    user = school.record("users", **given)
    own = {"course_id": course["course_id"]}
    school.record("course_members", **own, user_id=user["user_id"])
    starts_at = ends_at - timedelta(minutes=minutes)
    own |= {"starts_at": starts_at, "ends_at": ends_at}
    session = school.record("attendance_sessions", **own)
    pair = f"user:{user['user_id']}|{session['attendance_id']}"
    return session, user, f"attendance_posting?user_attendance={pair}"


def _post(
    school: School, session: Row, who: dict[str, Any], *minutes: Any, **given: Any
) -> None:
    params = {"attendanceID": session["attendance_id"], **who}
    params |= {"timeAttended": minutes[0], "timeAbsent": minutes[1]}
    at = given.pop("at", session["ends_at"] + timedelta(hours=2))
    school.request(at, params, kind="attendance_posting post", **given)


def _ended(school: School) -> datetime:
    return school.ago(school.rng.randint(4, 54), "12:05")


# posting_missing


@fault("posting_missing", fires=True, needs="posting")
def nobody_posted(school: School) -> str:
    return _class(school, _ended(school))[2]


@fault("posting_missing", fires=True, needs="posting")
def two_days_to_the_second(school: School) -> str:
    return _class(school, AS_OF - _TWO_DAYS)[2]


@fault("posting_missing", fires=True, needs="posting")
def every_posting_failed(school: School) -> str:
    session, user, subject = _class(school, _ended(school))
    for hours in (1, 30):
        at = session["ends_at"] + timedelta(hours=hours)
        who = {"userID": user["user_id"]}
        _post(school, session, who, 50, 0, at=at, **school.failure())
    return subject


@fault("posting_missing", fires=True, needs="posting")
def the_original_was_posted_and_not_the_make_up(school: School) -> str:
    session, user, _ = _class(school, school.ago(12, "12:05"))
    _post(school, session, {"email": user["email"]}, 0, 50)
    own = {"course_id": session["course_id"], "starts_at": school.ago(6, "09:00")}
    make_up = school.record(
        "attendance_sessions", **own, ends_at=school.ago(6, "09:50")
    )
    pair = f"user:{user['user_id']}|{make_up['attendance_id']}"
    return f"attendance_posting?user_attendance={pair}"


@fault("posting_missing", fires=False, needs="posting")
def a_second_less_than_two_days(school: School) -> str:
    return _class(school, AS_OF - _TWO_DAYS + timedelta(seconds=1))[2]


@fault("posting_missing", fires=False, needs="posting")
def posted_by_address_after_a_failure(school: School) -> str:
    session, user, subject = _class(school, _ended(school))
    who = {"email": str(user["email"]).upper()}
    _post(school, session, who, 50, 0, **school.failure())
    _post(school, session, who, 50, 0, at=session["ends_at"] + timedelta(hours=40))
    return subject


@fault("posting_missing", fires=False, needs="posting")
def a_teacher_needs_no_posting(school: School) -> str:
    return _class(school, _ended(school), user_type="staff")[2]


@fault("posting_missing", fires=False, needs="posting")
def the_student_left(school: School) -> str:
    course, user = school.record("courses"), school.record("users")
    own = {"course_id": course["course_id"]}
    member = school.record("course_members", **own, user_id=user["user_id"])
    left_at = school.ago(20)
    school.changes("course_members", member, left_at, archived_at=left_at)
    own |= {"starts_at": school.ago(9, "11:15"), "ends_at": school.ago(9, "12:05")}
    session = school.record("attendance_sessions", **own)
    pair = f"user:{user['user_id']}|{session['attendance_id']}"
    return f"attendance_posting?user_attendance={pair}"


@fault("posting_missing", fires=False, needs="posting")
def the_session_was_called_off(school: School) -> str:
    session, _, subject = _class(school, _ended(school))
    at = session["starts_at"] - timedelta(minutes=10)
    school.changes("attendance_sessions", session, at, archived_at=at)
    return subject


@fault("posting_missing", fires=False, needs="no posting")
def the_school_posts_nothing(school: School) -> str:
    return _class(school, _ended(school))[2]


# posting_time_mismatch


def _posted(school: School, *minutes: Any, length: float = 50) -> str:
    session, user, subject = _class(school, _ended(school), minutes=length)
    _post(school, session, {"issuedID": user["issued_id"]}, *minutes)
    return subject


@fault("posting_time_mismatch", fires=True)
def six_minutes_too_few(school: School) -> str:
    return _posted(school, "40", "4")


@fault("posting_time_mismatch", fires=True)
def six_minutes_too_many(school: School) -> str:
    return _posted(school, 0, 56)


@fault("posting_time_mismatch", fires=True)
def five_and_a_half_minutes_too_few(school: School) -> str:
    return _posted(school, 30, 15, length=50.5)


@fault("posting_time_mismatch", fires=True)
def a_right_posting_was_spoilt(school: School) -> str:
    session, user, subject = _class(school, _ended(school))
    who = {"userID": user["user_id"]}
    _post(school, session, who, 50, 0)
    _post(school, session, who, 95, 0, at=session["ends_at"] + timedelta(hours=30))
    return subject


@fault("posting_time_mismatch", fires=False)
def five_minutes_too_few(school: School) -> str:
    return _posted(school, 41, 4)


@fault("posting_time_mismatch", fires=False)
def five_minutes_too_many(school: School) -> str:
    return _posted(school, " 55 ", 0)


@fault("posting_time_mismatch", fires=False)
def a_wrong_posting_was_corrected(school: School) -> str:
    session, user, subject = _class(school, _ended(school))
    who = {"userID": user["user_id"]}
    _post(school, session, who, 95, 0)
    _post(school, session, who, 50, 0, at=session["ends_at"] + timedelta(hours=30))
    return subject


@fault("posting_time_mismatch", fires=True)
def the_correction_was_refused(school: School) -> str:
    session, user, subject = _class(school, _ended(school))
    who = {"userID": user["user_id"]}
    _post(school, session, who, 95, 0)
    later = session["ends_at"] + timedelta(hours=30)
    _post(school, session, who, 50, 0, at=later, **school.failure())
    return subject
