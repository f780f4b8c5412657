"""Requests that speak of two records at once, or come twice with two contents."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from benchmarks.school_year.faults import fault
from benchmarks.school_year.platform import Row, School, telling

_SECOND = timedelta(seconds=1)


def _asked(school: School, params: Any, **given: Any) -> None:
    # Failing, so that no value that was sent can be missed in the roster.
    at = school.ago(school.rng.randint(2, 55), "17:00")
    school.request(at, params, **{**school.failure(), **given})


# conflicting_identifiers


@fault("conflicting_identifiers", fires=True)
def an_id_and_the_address_of_another_user(school: School) -> str:
    one, other = school.record("users"), school.record("users")
    address = str(other["email"]).title()
    _asked(school, {"userID": one["user_id"], "email": address})
    return f"user:{one['user_id']}"


@fault("conflicting_identifiers", fires=True)
def a_course_and_the_name_of_another(school: School) -> str:
    one, other = school.record("courses"), school.record("courses")
    params = {"addCode": one["add_code"], "name": other["name"]}
    _asked(school, params, kind="course update")
    return f"course:{one['course_id']}"


@fault("conflicting_identifiers", fires=True)
def an_enrollment_and_the_pair_of_another(school: School) -> str:
    course = school.record("courses")
    users = [school.record("users") for _ in range(2)]
    own = {"course_id": course["course_id"]}
    one, _ = (
        school.record("course_members", **own, user_id=user["user_id"])
        for user in users
    )
    params = {"courseMemberID": one["course_member_id"], **_course(course)}
    params |= {"issuedID": users[1]["issued_id"]}
    _asked(school, params, kind="course_member update")
    return f"course_member:{one['course_member_id']}"


def _course(course: Row) -> dict[str, Any]:
    return {"courseMappingID": course["mapping_id"]}


@fault("conflicting_identifiers", fires=True)
def one_item_of_many_names_two_sessions(school: School) -> str:
    course = school.record("courses")
    own = {"course_id": course["course_id"]}
    own |= {"starts_at": school.ago(-70, "08:00"), "ends_at": school.ago(-70, "09:00")}
    one, other, third = (school.record("attendance_sessions", **own) for _ in range(3))
    crossed = {"mappingID": other["mapping_id"]}
    sessions: list[Any] = [{"attendanceID": third["attendance_id"]}]
    sessions.append({"attendanceID": one["attendance_id"], **crossed})
    kind = "attendance_session bulk_create"
    _asked(school, {"sessions": sessions}, kind=kind)
    return f"attendance_session:{one['attendance_id']}"


@fault("conflicting_identifiers", fires=False)
def all_identifiers_name_one_user(school: School) -> str:
    user = school.record("users")
    params = {**telling(user), "userID": user["user_id"]}
    _asked(school, {**params, "mappingID": user["mapping_id"]})
    return f"user:{user['user_id']}"


@fault("conflicting_identifiers", fires=False)
def the_second_identifier_names_nobody(school: School) -> str:
    user = school.record("users")
    _asked(school, {"userID": user["user_id"], "issuedID": f"{school.next_serial()}?"})
    return f"user:{user['user_id']}"


@fault("conflicting_identifiers", fires=False)
def the_address_used_to_be_anothers(school: School) -> str:
    user, other = school.record("users"), school.record("users")
    address = other["email"]
    moved = f"moved{school.next_serial()}@mail.example"
    school.changes("users", other, school.ago(58), email=moved)
    _asked(school, {"userID": user["user_id"], "email": address})
    return f"user:{user['user_id']}"


# conflicting_redelivery


def _twice(school: School, **other: Any) -> str:
    user = school.record("users")
    at = school.ago(school.rng.randint(2, 55), "11:00")
    params = {**telling(user), "level": 2}
    first = school.request(at, params, **school.failure())
    again = {key: value(first) for key, value in other.items()}
    school.platform.log.append({**first, **again})
    return f"user:{user['user_id']}"


@fault("conflicting_redelivery", fires=True)
def the_second_delivery_succeeded(school: School) -> str:
    # At the same instant: error sorts before success, so the error counts.
    nothing = {"error_code": None, "message": None, "http_status": 200}
    given = {key: (lambda _, v=value: v) for key, value in nothing.items()}
    return _twice(school, status=lambda _: "success", **given)


@fault("conflicting_redelivery", fires=True)
def the_second_delivery_has_another_value(school: School) -> str:
    return _twice(school, params=lambda first: {**first["params"], "level": 4})


@fault("conflicting_redelivery", fires=True)
def the_second_delivery_says_another_reason(school: School) -> str:
    return _twice(
        school,
        error_code=lambda first: (
            "INVALID_EMAIL"
            if first["error_code"] != "INVALID_EMAIL"
            else "PERIOD_LOCKED"
        ),
    )


@fault("conflicting_redelivery", fires=True)
def the_second_delivery_was_asked_later(school: School) -> str:
    return _twice(school, requested_at=lambda first: first["requested_at"] + _SECOND)


@fault("conflicting_redelivery", fires=False)
def the_second_delivery_is_the_same(school: School) -> str:
    return _twice(school)


@fault("conflicting_redelivery", fires=False)
def the_second_delivery_is_spelt_otherwise(school: School) -> str:
    def spelt(first: Row) -> Any:
        items = reversed(first["params"].items())
        own = {key: f"{v}\t" if isinstance(v, str) else v for key, v in items}
        return {**own, "hint": None}

    return _twice(school, params=spelt)


@fault("conflicting_redelivery", fires=False)
def another_school_has_a_request_of_that_id(school: School) -> str:
    user = school.record("users")
    row = school.request(school.ago(9), telling(user), **school.failure())
    others = [
        one for one in school.platform.campuses if one["campus_id"] != school.campus_id
    ]
    if others:
        # Behind what the other school will have asked by itself.
        row["request_id"] = f"shared{school.campus_id}{school.next_serial()}"
        params = {"userID": f"ghost{school.next_serial()}"}
        other = {"campus_id": others[0]["campus_id"], "params": params}
        school.platform.log.append({**row, **other})
    return f"user:{user['user_id']}"
