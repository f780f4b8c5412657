"""Records that keep failing, change their minds, or are asked for too often."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from benchmarks.school_year.faults import fault
from benchmarks.school_year.platform import AS_OF, Row, School, telling

_TWO_WEEKS = timedelta(days=14)


def _job(school: School) -> str | None:
    return school.rng.choice((None, school.job()))


def _tries(school: School, user: Row, *tries: tuple[int, str, bool]) -> str:
    """Send a user: days ago, clock, whether it works."""
    job_id = _job(school)
    for days, clock, works in tries:
        outcome = {} if works else school.failure()
        at = school.ago(days, clock)
        school.request(at, telling(user), job_id=job_id, **outcome)
    return f"user:{user['user_id']}"


def _fails(school: School, *tries: tuple[int, str]) -> str:
    user = school.record("users")
    return _tries(school, user, *((days, clock, False) for days, clock in tries))


# persistent_error


@fault("persistent_error", fires=True)
def fails_every_week(school: School) -> str:
    return _fails(school, (23, "22:00"), (16, "22:00"), (9, "22:00"), (2, "22:00"))


@fault("persistent_error", fires=True)
def fails_around_two_midnights(school: School) -> str:
    # In the nights in which clocks change, too: the dates are the school's.
    days = school.rng.randint(2, 40)
    return _fails(school, (days + 2, "23:58"), (days + 1, "00:02"), (days, "00:01"))


@fault("persistent_error", fires=True)
def works_once_and_then_fails_on_three_dates(school: School) -> str:
    user = school.record("users")
    late = [(days, "05:00", False) for days in (6, 5, 3)]
    return _tries(school, user, (8, "05:00", True), *late)


@fault("persistent_error", fires=True)
def fails_under_names_that_only_a_chain_joins(school: School) -> str:
    serial = school.next_serial()
    issued, email, mapping = f"x{serial}", f"new{serial}@mail.example", f"zz{serial}"
    for days, params in (
        (9, {"issuedID": issued, "email": email.upper()}),
        (7, {"email": f" {email}", "mappingID": mapping}),
        (5, {"mappingID": mapping, "lastName": "Chain"}),
    ):
        school.request(school.ago(days), params, kind="user create", **school.failure())
    return f"user?mapping_id={mapping}"


@fault("persistent_error", fires=True)
def fails_as_an_item_of_bulk_requests(school: School) -> str:
    course = school.record("courses")
    own = {"course_id": course["course_id"], "starts_at": school.ago(-90, "08:00")}
    good, bad = (
        school.record("attendance_sessions", **own, ends_at=school.ago(-90, "09:00"))
        for _ in range(2)
    )
    sessions = [{"mappingID": one["mapping_id"]} for one in (good, bad)]
    for days in (14, 8, 1):
        school.request(
            school.ago(days, "16:00"),
            {"sessions": sessions, "courseID": course["course_id"]},
            kind="attendance_session bulk_create",
            item_results=[None, {"status": "error", "error_code": "SESSION_OVERLAP"}],
        )
    return f"attendance_session:{bad['attendance_id']}"


@fault("persistent_error", fires=False)
def fails_all_day_on_two_dates(school: School) -> str:
    return _fails(school, *((d, f"{h:02d}:15") for d in (4, 3) for h in range(8, 20)))


@fault("persistent_error", fires=False)
def fails_on_two_dates_here_that_are_three_elsewhere(school: School) -> str:
    return _fails(school, (7, "00:00:00"), (7, "23:59:59"), (6, "00:00"), (6, "23:59"))


@fault("persistent_error", fires=False)
def a_success_breaks_the_run(school: School) -> str:
    user = school.record("users")
    early = [(days, "05:00", False) for days in (9, 8)]
    late = [(days, "05:00", False) for days in (5, 4)]
    return _tries(school, user, *early, (6, "05:00", True), *late)


@fault("persistent_error", fires=False)
def fails_for_a_week_and_heals(school: School) -> str:
    user = school.record("users")
    early = [(days, "05:00", False) for days in (19, 17, 15, 13)]
    return _tries(school, user, *early, (12, "05:00", True))


@fault("persistent_error", fires=False)
def the_third_date_comes_after_as_of(school: School) -> str:
    subject = _fails(school, (5, "06:00"), (4, "06:00"))
    user = {"userID": subject.removeprefix("user:")}
    school.request(AS_OF + timedelta(hours=30), user, **school.failure())
    return subject


# flapping_record


def _outcomes(school: School, outcomes: str, *hours_ago: float) -> str:
    user, job_id = school.record("users"), _job(school)
    for outcome, hours in zip(outcomes, hours_ago, strict=True):
        given: Mapping[str, Any] = {} if outcome == "+" else school.failure()
        at = AS_OF - timedelta(hours=hours)
        school.request(at, telling(user), job_id=job_id, **given)
    return f"user:{user['user_id']}"


_INSIDE = 14 * 24 - 0.01
_OUTSIDE = 14 * 24 + 0.01


@fault("flapping_record", fires=True)
def four_changes_within_hours(school: School) -> str:
    return _outcomes(school, "+-+-+", 90, 89, 88, 87, 86)


@fault("flapping_record", fires=True)
def four_changes_the_first_just_inside_the_two_weeks(school: School) -> str:
    return _outcomes(school, "-+-+-", _OUTSIDE, _INSIDE, 200, 199, 60)


@fault("flapping_record", fires=True)
def five_changes_between_repeats(school: School) -> str:
    return _outcomes(school, "++--+-+--+", 300, 290, 280, 270, 250, 240, 9, 8, 7, 6)


@fault("flapping_record", fires=False)
def three_changes(school: School) -> str:
    return _outcomes(school, "+-+-", 90, 80, 70, 60)


@fault("flapping_record", fires=False)
def four_changes_the_first_just_outside(school: School) -> str:
    return _outcomes(school, "-+-+-", 500, _OUTSIDE, 200, 199, 60)


@fault("flapping_record", fires=False)
def many_attempts_and_two_changes(school: School) -> str:
    return _outcomes(school, "+++---+++", *range(90, 0, -10))


# retry_storm


def _storm(school: School, count: int, begins: str, *, gap: int = 40) -> str:
    user, job_id = school.record("users"), _job(school)
    begins_at = school.ago(school.rng.randint(3, 50), begins)
    for place in range(count):
        at = begins_at + timedelta(seconds=gap * place)
        school.request(at, telling(user), job_id=job_id)
    return f"user:{user['user_id']}"


@fault("retry_storm", fires=True)
def twenty_one_times_on_a_date(school: School) -> str:
    return _storm(school, 21, "15:00")


@fault("retry_storm", fires=True)
def all_day_long_here(school: School) -> str:
    # The date on which clocks go forward has 23 hours.
    return _storm(school, 21, "00:00:00", gap=4_139)


@fault("retry_storm", fires=True)
def one_content_in_many_spellings(school: School) -> str:
    user = school.record("users")
    spellings = (
        {"userID": user["user_id"], "level": 3},
        {"level": 3, "userID": f"{user['user_id']} ", "note": None},
        {"note": "  ", "level": 3, "userID": user["user_id"]},
    )
    for place in range(21):
        at = school.ago(6, "10:00") + timedelta(seconds=place)
        school.request(at, spellings[place % 3])
    return f"user:{user['user_id']}"


@fault("retry_storm", fires=True)
def one_item_again_and_again_in_one_request(school: School) -> str:
    session = _session(school)
    params = {"attendanceIDs": [session["attendance_id"]] * 21}
    kind = "attendance_session bulk_delete"
    school.request(school.ago(8), params, kind=kind, **school.failure())
    return f"attendance_session:{session['attendance_id']}"


def _session(school: School) -> Row:
    course = school.record("courses")
    return school.record(
        "attendance_sessions",
        course_id=course["course_id"],
        starts_at=school.ago(-120, "08:00"),
        ends_at=school.ago(-120, "09:00"),
    )


@fault("retry_storm", fires=False)
def twenty_times_on_a_date(school: School) -> str:
    return _storm(school, 20, "15:00")


@fault("retry_storm", fires=False)
def a_midnight_divides_them(school: School) -> str:
    return _storm(school, 30, "23:50", gap=40)


@fault("retry_storm", fires=False)
def a_number_and_its_text_are_two_contents(school: School) -> str:
    user = school.record("users")
    for place in range(30):
        level = 3 if place % 2 else "3"
        at = school.ago(6, "10:00") + timedelta(seconds=place)
        school.request(at, {"userID": user["user_id"], "level": level})
    return f"user:{user['user_id']}"


@fault("retry_storm", fires=False)
def twenty_requests_delivered_twice(school: School) -> str:
    subject = _storm(school, 20, "15:00")
    log = school.platform.log
    log.extend(dict(row) for row in log[-20:])
    return subject


# unknown_error


def _failed(school: School, **given: Any) -> str:
    user = school.record("users")
    failed = {"status": "error", "http_status": 422, **given}
    school.request(school.ago(school.rng.randint(2, 50)), telling(user), **failed)
    return str(given.get("error_code") or given["message"])


@fault("unknown_error", fires=True)
def a_code_that_nobody_knows(school: School) -> str:
    return _failed(
        school, error_code=f"QX{school.next_serial()}", message="lastName is"
    )


@fault("unknown_error", fires=True)
def a_message_that_nobody_knows(school: School) -> str:
    return _failed(school, message=f"Quota of unit {school.next_serial()} is void")


@fault("unknown_error", fires=True)
def a_code_of_an_item_that_nobody_knows(school: School) -> str:
    session, code = _session(school), f"ITEM_{school.next_serial()}"
    params = {"attendanceIDs": ["none-such", session["attendance_id"]]}
    school.request(
        school.ago(8),
        params,
        kind="attendance_session bulk_delete",
        item_results=[None, {"status": "error", "error_code": code}],
    )
    return code


@fault("unknown_error", fires=False)
def a_known_code_with_an_odd_message(school: School) -> str:
    _failed(school, error_code="PERIOD_LOCKED", message=f"n{school.next_serial()}")
    return f"PERIOD_LOCKED {school.next_serial()}"


@fault("unknown_error", fires=False)
def a_message_that_a_pattern_knows(school: School) -> str:
    return _failed(school, message=f"Job {school.next_serial()} Timed Out at last")


@fault("unknown_error", fires=False)
def a_success_that_carries_a_code(school: School) -> str:
    code = f"NOTE{school.next_serial()}"
    user = school.record("users")
    school.request(school.ago(5), telling(user), error_code=code, message="All fine")
    return code
