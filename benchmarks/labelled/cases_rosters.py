"""Cases of orphan_member and duplicate_identifier."""

from __future__ import annotations

from typing import Any

from benchmarks.labelled.registry import fires, silent
from benchmarks.labelled.world import NEWEST_SNAPSHOT, Campus, Row


def _member(campus: Campus, course: Row, user: Row, **given: Any) -> str:
    member = campus.member(course, user, **given)
    return f"course_member:{member['course_member_id']}"


@fires("orphan_member", "an archived course")
def _(campus: Campus) -> str:
    return _member(campus, campus.course(archived_at=campus.at(9)), campus.user())


@fires("orphan_member", "an archived user")
def _(campus: Campus) -> str:
    return _member(campus, campus.course(), campus.user(archived_at=NEWEST_SNAPSHOT))


@fires("orphan_member", "a user who is gone")
def _(campus: Campus) -> str:
    user = campus.user()
    campus.forget("users", user)
    return _member(campus, campus.course(), user)


@fires("orphan_member", "a course that never was")
def _(campus: Campus) -> str:
    number = campus.world.number("course_members")
    return _member(campus, {"course_id": f"never-{number}"}, campus.user())


@silent("orphan_member", "an enrollment of active ones")
def _(campus: Campus) -> str:
    return _member(campus, campus.course(), campus.user())


@silent("orphan_member", "an archived enrollment")
def _(campus: Campus) -> str:
    course = campus.course(archived_at=campus.at(9))
    return _member(campus, course, campus.user(), archived_at=campus.at(9))


@silent("orphan_member", "an enrollment archived long after its course")
def _(campus: Campus) -> str:
    course = campus.course(archived_at=campus.at(35))
    return _member(campus, course, campus.user(), archived_at=campus.at(9))


@silent("orphan_member", "an enrollment that is gone")
def _(campus: Campus) -> str:
    member = campus.member(campus.course(archived_at=campus.at(9)), campus.user())
    campus.forget("course_members", member)
    return f"course_member:{member['course_member_id']}"


def _users(
    campus: Campus, column: str, *, other: Campus | None = None, **given: Any
) -> str:
    """Two users with one value; the subject is the value."""
    value = f"{column}-{campus.world.number('users')}@school.example"
    campus.user(**{column: value})
    (other or campus).user(**{column: value, **given})
    return f"{column}|{value}"


@fires("duplicate_identifier", "one mapping id")
def _(campus: Campus) -> str:
    return _users(campus, "mapping_id")


@fires("duplicate_identifier", "one issued id")
def _(campus: Campus) -> str:
    return _users(campus, "issued_id")


@fires("duplicate_identifier", "one e-mail in two cases")
def _(campus: Campus) -> str:
    found = _users(campus, "email")
    campus.user(email=found.split("|")[1].upper())
    return found


@fires("duplicate_identifier", "one add code")
def _(campus: Campus) -> str:
    code = f"AC{campus.world.number('courses')}"
    campus.course(add_code=code)
    campus.course(add_code=code)
    return f"add_code|{code}"


@silent("duplicate_identifier", "one of them is archived")
def _(campus: Campus) -> str:
    return _users(campus, "email", archived_at=campus.at(20))


@silent("duplicate_identifier", "two campuses")
def _(campus: Campus) -> str:
    return _users(campus, "email", other=campus.world.campus(is_posting=False))


@silent("duplicate_identifier", "one name and one last name")
def _(campus: Campus) -> str:
    name = f"Twin {campus.world.number('users')}"
    campus.user(last_name=name)
    campus.user(last_name=name)
    campus.course(name=name)
    campus.course(name=name)
    return f"name|{name}"
