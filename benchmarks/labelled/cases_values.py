"""Cases of silent_drift, the two conflicts, and unknown_error."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from benchmarks.labelled.registry import fires, silent
from benchmarks.labelled.world import (
    KNOWN_ERROR,
    NEWEST_SNAPSHOT,
    Campus,
    user_key,
    user_params,
)


def _update(campus: Campus, changed: dict[str, Any], *, updated_at: Any = None) -> str:
    """A user who is updated ten days ago; the roster keeps what it has."""
    user = campus.user(**({"updated_at": updated_at} if updated_at else {}))
    campus.request({"userID": user["user_id"], **changed}, campus.at(10))
    return user_key(user)


@fires("silent_drift", "another last name")
def _(campus: Campus) -> str:
    return _update(campus, {"lastName": "Byron"})


@fires("silent_drift", "the roster was updated in the same second")
def _(campus: Campus) -> str:
    return _update(campus, {"lastName": "Byron"}, updated_at=campus.at(10))


@fires("silent_drift", "the roster has no such value")
def _(campus: Campus) -> str:
    user = campus.user(issued_id=None)
    campus.request({"userID": user["user_id"], "issuedID": "none-yet"}, campus.at(10))
    return user_key(user)


@fires("silent_drift", "a course's dates and days")
def _(campus: Campus) -> str:
    course = campus.course(
        starts_at=campus.at(30, "08:00"), ends_at=campus.at(3, "09:00")
    )
    params = {"courseID": course["course_id"], "meetingDays": ["Mon", "Tue"]}
    campus.request(params, campus.at(10), record_type="course")
    return f"course:{course['course_id']}"


@fires("silent_drift", "a session at another time")
def _(campus: Campus) -> str:
    session = campus.session(campus.course(), campus.at(-3, "10:50"))
    params = {"attendanceID": session["attendance_id"], "startTime": "10:01"}
    campus.request(
        params, campus.at(10), record_type="attendance_session", operation="create"
    )
    return f"attendance_session:{session['attendance_id']}"


@silent("silent_drift", "the roster was updated a second later")
def _(campus: Campus) -> str:
    later = campus.at(10) + timedelta(seconds=1)
    return _update(campus, {"lastName": "Byron"}, updated_at=later)


@silent("silent_drift", "a snapshot showed it before the roster was updated")
def _(campus: Campus) -> str:
    user = campus.user(updated_at=campus.at(10))
    params = {"userID": user["user_id"], "lastName": "Byron"}
    campus.request(params, campus.at(45))
    return user_key(user)


@silent("silent_drift", "no snapshot since")
def _(campus: Campus) -> str:
    user = campus.user()
    at = NEWEST_SNAPSHOT + timedelta(seconds=1)
    campus.request({"userID": user["user_id"], "lastName": "Byron"}, at)
    return user_key(user)


@silent("silent_drift", "another case of the e-mail, and params without a column")
def _(campus: Campus) -> str:
    user = campus.user()
    params = {"email": user["email"].upper(), "room": "12"}
    campus.request({"userID": user["user_id"], **params}, campus.at(10))
    return user_key(user)


@silent("silent_drift", "the update failed")
def _(campus: Campus) -> str:
    user = campus.user()
    params = {"userID": user["user_id"], "lastName": "Byron"}
    campus.request(params, campus.at(10), **KNOWN_ERROR)
    return user_key(user)


@silent("silent_drift", "sent right since")
def _(campus: Campus) -> str:
    user = campus.user()
    campus.request({"userID": user["user_id"], "lastName": "Byron"}, campus.at(10))
    campus.request(user_params(user), campus.at(9))
    return user_key(user)


@silent("silent_drift", "the same date, time and days in other words")
def _(campus: Campus) -> str:
    course = campus.course(starts_at=campus.at(30, "08:00"), meeting_days="Wed;Mon")
    at = campus.today - timedelta(days=30)
    params = {
        "courseID": course["course_id"],
        "startDate": at.isoformat(),
        "startTime": "8:00:00",
        "meetingDays": ["Mon", "Wed"],
    }
    campus.request(params, campus.at(10), record_type="course")
    return f"course:{course['course_id']}"


def _conflicting(campus: Campus, first: dict[str, Any], second: dict[str, Any]) -> str:
    """A failed update by the first's id and the second's e-mail."""
    params = {"userID": first["user_id"], "email": second["email"]}
    campus.request(params, campus.at(7), **KNOWN_ERROR)
    return user_key(first)


@fires("conflicting_identifiers", "the id of one user, the e-mail of another")
def _(campus: Campus) -> str:
    return _conflicting(campus, campus.user(), campus.user())


@fires("conflicting_identifiers", "the e-mail of an archived user")
def _(campus: Campus) -> str:
    return _conflicting(campus, campus.user(), campus.user(archived_at=campus.at(50)))


@fires("conflicting_identifiers", "an enrollment of two users")
def _(campus: Campus) -> str:
    first, second, course = campus.user(), campus.user(), campus.course()
    member = campus.member(course, first)
    params = {
        "userID": first["user_id"],
        "issuedID": second["issued_id"],
        "courseID": course["course_id"],
    }
    campus.request(
        params,
        campus.at(7),
        record_type="course_member",
        operation="create",
        **KNOWN_ERROR,
    )
    return f"course_member:{member['course_member_id']}"


@fires("conflicting_identifiers", "the mapping id of one course, the code of another")
def _(campus: Campus) -> str:
    first, second = campus.course(), campus.course()
    params = {"mappingID": first["mapping_id"], "addCode": second["add_code"]}
    campus.request(params, campus.at(7), record_type="course", **KNOWN_ERROR)
    return f"course:{first['course_id']}"


@silent("conflicting_identifiers", "all of one user")
def _(campus: Campus) -> str:
    user = campus.user()
    return _conflicting(campus, user, user)


@silent("conflicting_identifiers", "an e-mail that nobody has")
def _(campus: Campus) -> str:
    return _conflicting(campus, campus.user(), {"email": "nobody@school.example"})


@silent("conflicting_identifiers", "the e-mail of another campus")
def _(campus: Campus) -> str:
    other = campus.world.campus(is_posting=False)
    return _conflicting(campus, campus.user(), other.user())


def _delivered_twice(campus: Campus, changed: dict[str, Any], **given: Any) -> str:
    user = campus.user()
    params = user_params(user)
    request_id = campus.request(params, campus.at(4), **given)
    again = {"request_id": request_id, **given, **changed}
    params = {**params, **again.pop("more", {})}
    campus.request(params, again.pop("at", campus.at(4)), **again)
    return user_key(user)


@fires("conflicting_redelivery", "another status")
def _(campus: Campus) -> str:
    return _delivered_twice(campus, dict(KNOWN_ERROR))


@fires("conflicting_redelivery", "other params")
def _(campus: Campus) -> str:
    return _delivered_twice(campus, {"more": {"note": "again"}})


@fires("conflicting_redelivery", "a second later")
def _(campus: Campus) -> str:
    return _delivered_twice(campus, {"at": campus.at(4) + timedelta(seconds=1)})


@silent("conflicting_redelivery", "the same again")
def _(campus: Campus) -> str:
    return _delivered_twice(campus, {})


@silent("conflicting_redelivery", "params that differ by a null and by blanks")
def _(campus: Campus) -> str:
    return _delivered_twice(campus, {"more": {"note": None, "hint": "  "}})


@silent("conflicting_redelivery", "one id at two campuses")
def _(campus: Campus) -> str:
    user, other = campus.user(), campus.world.campus(is_posting=False)
    request_id = campus.request(user_params(user), campus.at(4))
    other.request(user_params(other.user()), other.at(9), request_id=request_id)
    return user_key(user)


def _failed(campus: Campus, **error: Any) -> str:
    """One failure; the error is the code, or the message where there is none."""
    given = {"http_status": None, "error_code": None, "message": None, **error}
    campus.request(user_params(campus.user()), campus.at(6), status="error", **given)
    return str(given["error_code"] or given["message"])


@fires("unknown_error", "a code")
def _(campus: Campus) -> str:
    number = campus.world.number("api_requests")
    return _failed(campus, error_code=f"ZX-{number}", message="lastName is required")


@fires("unknown_error", "a message without a code")
def _(campus: Campus) -> str:
    number = campus.world.number("api_requests")
    return _failed(campus, message=f"Glitch {number}", http_status=422)


@fires("unknown_error", "a code and a status that is known")
def _(campus: Campus) -> str:
    number = campus.world.number("api_requests")
    return _failed(campus, error_code=f"WEIRD_{number}", http_status=503)


@silent("unknown_error", "a code that the dictionary knows")
def _(campus: Campus) -> str:
    return _failed(campus, error_code="USER_NOT_FOUND", message="anything at all")


@silent("unknown_error", "a message that the dictionary knows")
def _(campus: Campus) -> str:
    return _failed(campus, message="lastName is required")


@silent("unknown_error", "a success with a code")
def _(campus: Campus) -> str:
    campus.request(user_params(campus.user()), campus.at(6), error_code="ZY-1")
    return "ZY-1"
