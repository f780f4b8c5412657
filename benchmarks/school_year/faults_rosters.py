"""What the roster lost, changed, or holds twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from benchmarks.school_year.faults import fault
from benchmarks.school_year.platform import Row, School, telling

_SECOND = timedelta(seconds=1)


def _newest(school: School, table: str = "users") -> Any:
    return school.platform.snapshot_times[table][-1]


def _created(school: School, user: Row, days: int, **given: Any) -> Any:
    at = school.ago(days, "12:34")
    school.request(at, telling(user), kind="user create", **given)
    return at


def _unclaimed(user: Row) -> str:
    return f"user?issued_id={user['issued_id']}"


# silent_loss


@fault("silent_loss", fires=True)
def a_user_never_comes(school: School) -> str:
    user = school.draft("users")
    _created(school, user, school.rng.randint(4, 50))
    return _unclaimed(user)


@fault("silent_loss", fires=True)
def lost_in_the_second_before_the_newest_snapshot(school: School) -> str:
    user = school.draft("users")
    at = _newest(school) - _SECOND
    school.request(at, telling(user), kind="user create")
    return _unclaimed(user)


@fault("silent_loss", fires=True)
def the_delete_that_followed_failed(school: School) -> str:
    user = school.draft("users")
    at = _created(school, user, 20)
    later = at + timedelta(days=1)
    school.request(later, telling(user), kind="user delete", **school.failure())
    return _unclaimed(user)


@fault("silent_loss", fires=True)
def an_enrollment_never_comes(school: School) -> str:
    course, user = school.record("courses"), school.record("users")
    mapping = f"en{school.next_serial()}"
    params = {"mappingID": mapping, "courseID": course["course_id"]}
    params |= {"issuedID": user["issued_id"]}
    school.request(school.ago(15), params, kind="course_member create")
    return f"course_member?mapping_id={mapping}"


@fault("silent_loss", fires=True)
def a_record_that_was_erased_before_does_not_come_back(school: School) -> str:
    user = school.record("users")
    school.vanishes("users", user, school.ago(40))
    _created(school, user, 25)
    return f"user:{user['user_id']}"


@fault("silent_loss", fires=False)
def it_comes_with_the_newest_snapshot(school: School) -> str:
    user = school.draft("users")
    at = _newest(school) - timedelta(minutes=5)
    school.request(at, telling(user), kind="user create")
    school.appears("users", {**user, "created_at": at, "updated_at": at}, at)
    return f"user:{user['user_id']}"


@fault("silent_loss", fires=False)
def no_snapshot_came_since(school: School) -> str:
    user = school.draft("users")
    school.request(_newest(school) + _SECOND, telling(user), kind="user create")
    return _unclaimed(user)


@fault("silent_loss", fires=False)
def it_was_there_once_and_is_gone(school: School) -> str:
    user = school.draft("users")
    at = _created(school, user, 40)
    school.appears("users", {**user, "created_at": at, "updated_at": at}, at)
    school.vanishes("users", user, school.ago(9))
    return f"user:{user['user_id']}"


@fault("silent_loss", fires=False)
def it_was_deleted_by_another_identifier(school: School) -> str:
    user = school.draft("users")
    at = _created(school, user, 22) + timedelta(minutes=7)
    school.request(at, {"email": user["email"]}, kind="user delete")
    return _unclaimed(user)


@fault("silent_loss", fires=False)
def the_create_failed(school: School) -> str:
    user = school.draft("users")
    _created(school, user, 30, **school.failure())
    return _unclaimed(user)


# silent_drift


def _sent(school: School, days: int, **values: Any) -> tuple[Row, Any]:
    user = school.record("users")
    at = school.ago(days, "12:00")
    school.request(at, {"userID": user["user_id"], **values})
    return user, at


@fault("silent_drift", fires=True)
def a_new_name_is_dropped(school: School) -> str:
    user, _ = _sent(school, school.rng.randint(4, 55), lastName="Dropped")
    return f"user:{user['user_id']}"


@fault("silent_drift", fires=True)
def one_of_two_values_is_dropped(school: School) -> str:
    user, at = _sent(school, 18, firstName="Kit", lastName="Dropped")
    school.changes("users", user, at, first_name="Kit")
    return f"user:{user['user_id']}"


@fault("silent_drift", fires=True)
def a_failed_attempt_follows_the_drift(school: School) -> str:
    user, at = _sent(school, 18, email="other.mail@mail.example")
    again = {"userID": user["user_id"], "lastName": "Later"}
    school.request(at + timedelta(days=1), again, **school.failure())
    return f"user:{user['user_id']}"


@fault("silent_drift", fires=True)
def a_course_keeps_its_title(school: School) -> str:
    course = school.record("courses")
    params = {"mappingID": course["mapping_id"], "title": "Physics"}
    school.request(school.ago(13), params, kind="course update")
    return f"course:{course['course_id']}"


@fault("silent_drift", fires=False)
def somebody_edited_the_record_since(school: School) -> str:
    user, at = _sent(school, 18, lastName="Sent")
    edited_at = at + timedelta(minutes=3)
    school.changes("users", user, edited_at, last_name="Edited")
    return f"user:{user['user_id']}"


@fault("silent_drift", fires=False)
def the_value_was_taken_over(school: School) -> str:
    address = f"taken{school.next_serial()}@mail.example"
    user, at = _sent(school, 18, lastName="  Taken ", email=address.title())
    school.changes("users", user, at, last_name="Taken", email=address)
    return f"user:{user['user_id']}"


@fault("silent_drift", fires=False)
def the_update_failed(school: School) -> str:
    user = school.record("users")
    params = {"userID": user["user_id"], "lastName": "Failed"}
    school.request(school.ago(18), params, **school.failure())
    return f"user:{user['user_id']}"


@fault("silent_drift", fires=False)
def no_snapshot_shows_it_yet(school: School) -> str:
    user = school.record("users")
    params = {"userID": user["user_id"], "lastName": "Soon"}
    school.request(_newest(school) + _SECOND, params)
    return f"user:{user['user_id']}"


@fault("silent_drift", fires=False)
def a_later_update_made_it_good(school: School) -> str:
    user, at = _sent(school, 18, lastName="First")
    later = at + timedelta(days=2)
    school.request(later, {"userID": user["user_id"], "lastName": "Second"})
    school.changes("users", user, later, last_name="Second")
    return f"user:{user['user_id']}"


@fault("silent_drift", fires=False)
def an_empty_value_was_sent(school: School) -> str:
    user, _ = _sent(school, 18, firstName="", lastName=None, hobby="Chess")
    return f"user:{user['user_id']}"


# orphan_member


def _member(school: School) -> tuple[Row, Row, Row, str]:
    course, user = school.record("courses"), school.record("users")
    own = {"course_id": course["course_id"], "user_id": user["user_id"]}
    member = school.record("course_members", **own)
    return course, user, member, f"course_member:{member['course_member_id']}"


def _archived(school: School, table: str, row: Row, days: int) -> None:
    at = school.ago(days)
    school.changes(table, row, at, archived_at=at)


@fault("orphan_member", fires=True)
def the_course_was_archived(school: School) -> str:
    course, _, _, subject = _member(school)
    _archived(school, "courses", course, school.rng.randint(4, 50))
    return subject


@fault("orphan_member", fires=True)
def the_user_was_archived(school: School) -> str:
    _, user, _, subject = _member(school)
    _archived(school, "users", user, school.rng.randint(4, 50))
    return subject


@fault("orphan_member", fires=True)
def the_user_is_gone(school: School) -> str:
    _, user, _, subject = _member(school)
    school.vanishes("users", user, school.ago(school.rng.randint(4, 50)))
    return subject


@fault("orphan_member", fires=True)
def the_course_is_gone(school: School) -> str:
    course, _, _, subject = _member(school)
    school.vanishes("courses", course, school.ago(12))
    return subject


@fault("orphan_member", fires=False)
def the_member_was_archived_too(school: School) -> str:
    course, _, member, subject = _member(school)
    _archived(school, "courses", course, 14)
    _archived(school, "course_members", member, 13)
    return subject


@fault("orphan_member", fires=False)
def the_member_is_gone_too(school: School) -> str:
    _, user, member, subject = _member(school)
    _archived(school, "users", user, 30)
    school.vanishes("course_members", member, school.ago(20))
    return subject


@fault("orphan_member", fires=False)
def the_course_was_restored(school: School) -> str:
    course, _, _, subject = _member(school)
    _archived(school, "courses", course, 40)
    school.changes("courses", course, school.ago(15), archived_at=None)
    return subject


# duplicate_identifier


def _pair(school: School, table: str, column: str, second: Any = None) -> str:
    first = school.record(table)
    school.record(table, **{column: second or first[column]})
    return f"{column}|{first[column]}"


@fault("duplicate_identifier", fires=True)
def one_issued_id_on_two_users(school: School) -> str:
    return _pair(school, "users", "issued_id")


@fault("duplicate_identifier", fires=True)
def one_address_in_two_spellings(school: School) -> str:
    address = f"same{school.next_serial()}@mail.example"
    school.record("users", email=address)
    school.record("users", email=address.title())
    return f"email|{address}"


@fault("duplicate_identifier", fires=True)
def one_add_code_on_two_courses(school: School) -> str:
    return _pair(school, "courses", "add_code")


@fault("duplicate_identifier", fires=True)
def one_mapping_id_on_two_enrollments(school: School) -> str:
    course, user = school.record("courses"), school.record("users")
    own = {"course_id": course["course_id"], "user_id": user["user_id"]}
    mapping = f"twice{school.next_serial()}"
    school.record("course_members", **own, mapping_id=mapping)
    other = {**own, "user_id": school.record("users")["user_id"]}
    school.record("course_members", **other, mapping_id=mapping)
    return f"mapping_id|{mapping}"


@fault("duplicate_identifier", fires=False)
def the_other_one_is_archived(school: School) -> str:
    first = school.record("users")
    second = school.record("users", issued_id=first["issued_id"])
    _archived(school, "users", second, school.rng.randint(4, 50))
    return f"issued_id|{first['issued_id']}"


@fault("duplicate_identifier", fires=False)
def the_other_one_is_gone(school: School) -> str:
    first = school.record("courses")
    second = school.record("courses", add_code=first["add_code"])
    school.vanishes("courses", second, school.ago(11))
    return f"add_code|{first['add_code']}"


@fault("duplicate_identifier", fires=False)
def mapping_ids_that_differ_in_case(school: School) -> str:
    serial = school.next_serial()
    school.record("users", mapping_id=f"Case{serial}")
    school.record("users", mapping_id=f"case{serial}")
    return f"mapping_id|case{serial}"


@fault("duplicate_identifier", fires=False)
def the_value_moved_on(school: School) -> str:
    first = school.record("users")
    value = first["issued_id"]
    school.changes("users", first, school.ago(20), issued_id=f"was-{value}")
    at = school.ago(19)
    school.record("users", issued_id=value, created_at=at, updated_at=at)
    return f"issued_id|{value}"
