"""What happens at a school where nothing is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from benchmarks.school_year.platform import AS_OF, Row, School, telling

_ALL_WEEK = {0, 1, 2, 3, 4}


def live(school: School, student_count: int) -> None:
    """Sixty days of a school: its nightly, weekly and new jobs, its classes."""
    school.request(school.ago(60, "23:30"), {"userID": "first"}, **school.failure())
    students = [school.record("users") for _ in range(student_count)]
    # Nobody fails twice: a record that fails and heals again and again flaps.
    failed: set[str] = set()
    _nightly(school, students, failed, first=59)
    _nightly(school, students, failed, first=18)
    _weekly_courses(school)
    _timetable(school)
    _renamed(school)
    if school.is_posting:
        _classes(school, students[:7])


def send(
    school: School,
    job_id: str,
    day: date,
    users: Sequence[Row],
    *,
    failing: int = 0,
    clock: str = "02:10",
) -> None:
    """Send users that day; the first of them fail."""
    begins_at = school.on(day, clock)
    for place, user in enumerate(users):
        outcome: Mapping[str, Any] = school.failure() if place < failing else {}
        at = begins_at + timedelta(seconds=3 * place)
        school.request(at, telling(user), job_id=job_id, **outcome)


class Rota:
    """Takes turns through a pool, so that no record is sent too often."""

    def __init__(self, pool: Sequence[Row]) -> None:
        self.pool = pool
        self.place = 0

    def next(self, count: int) -> list[Row]:
        """The next so many records."""
        size = len(self.pool)
        chosen = [self.pool[(self.place + one) % size] for one in range(count)]
        self.place = (self.place + count) % size
        return chosen


def _nightly(
    school: School, students: Sequence[Row], failed: set[str], *, first: int
) -> None:
    """First everybody, then some each school day, fewer on short Wednesdays."""
    job_id = school.job(schedule_cron="10 2 * * 1-5", frequency="daily")
    rota = Rota(students)
    usual = max(2, len(students) // 5)
    is_first = True
    for day in school.days(first, 0, weekdays=_ALL_WEEK):
        if not school.is_open_on(day) or school.on(day, "02:40") >= AS_OF:
            continue
        count = usual if day.weekday() != 2 else usual * 3 // 5
        chosen = list(students) if is_first else rota.next(count)
        chosen.sort(key=lambda user: user["user_id"] in failed)
        may_fail = not is_first and len(chosen) >= 20 and school.rng.random() < 0.2
        may_fail = may_fail and chosen[0]["user_id"] not in failed
        send(school, job_id, day, chosen, failing=1 if may_fail else 0)
        if may_fail:
            failed.add(chosen[0]["user_id"])
            retry = telling(chosen[0])
            school.request(school.on(day, "04:45"), retry, job_id=job_id)
        is_first = False
    # One Saturday the vendor sends everything again.
    saturday = school.days(first - 9, 0, weekdays={5})[0]
    send(school, job_id, saturday, students, clock="11:00")


def _weekly_courses(school: School) -> None:
    job_id = school.job(schedule_cron="0 22 * * 0", record_types="course")
    courses = [school.record("courses") for _ in range(6)]
    for sunday in school.days(59, 1, weekdays={6}):
        for place, course in enumerate(courses):
            params = {"mappingID": course["mapping_id"], "title": course["title"]}
            at = school.on(sunday, "22:00") + timedelta(seconds=place)
            school.request(at, params, kind="course update", job_id=job_id)


def _timetable(school: School) -> None:
    """Sessions come in bulk, some with an item that fails; some are taken back."""
    job_id = school.job(record_types="attendance_session")
    course = school.record("courses")
    for monday in school.days(50, 10, weekdays={0}):
        at = school.on(monday, "13:20")
        drafts = []
        for ahead in (1, 2, 3):
            starts_at = school.on(monday + timedelta(days=60 + ahead), "10:30")
            own = {"course_id": course["course_id"], "created_at": at}
            own |= {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
            drafts.append(school.draft("attendance_sessions", **own))
        items = [
            {"attendanceID": one["attendance_id"], "mappingID": one["mapping_id"]}
            for one in drafts
        ]
        results: list[Any] = [{"status": "success"}, None]
        school.request(
            at,
            {"courseID": course["course_id"], "sessions": items},
            kind="attendance_session bulk_create",
            job_id=job_id,
            item_results=results,
        )
        for one in drafts:
            school.appears("attendance_sessions", one, at)
        taken_back = drafts[0]
        deleted_at = at + timedelta(hours=5)
        school.request(
            deleted_at,
            {"attendanceIDs": [taken_back["attendance_id"]]},
            kind="attendance_session bulk_delete",
            job_id=job_id,
        )
        school.vanishes("attendance_sessions", taken_back, deleted_at)


def _renamed(school: School) -> None:
    """Somebody marries."""
    for days in (45, 31, 12):
        user = school.record("users")
        at = school.ago(days, "15:00")
        params = {"userID": user["user_id"], "lastName": f"Roe-{days}"}
        school.request(at, params)
        school.changes("users", user, at, last_name=f"Roe-{days}")


def _classes(school: School, students: Sequence[Row]) -> None:
    """Classes twice a week, make-up classes on Saturdays, attendance posted."""
    job_id = school.job(direction="out", record_types="attendance_posting")
    course = school.record("courses")
    for student in students:
        school.record(
            "course_members",
            course_id=course["course_id"],
            user_id=student["user_id"],
        )
    days = school.days(57, 1, weekdays={1, 3})
    make_up = school.days(40, 5, weekdays={5})[::3]
    for day in [*(day for day in days if school.is_open_on(day)), *make_up]:
        starts_at = school.on(day, "10:10")
        session = school.record(
            "attendance_sessions",
            course_id=course["course_id"],
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=75),
        )
        for place, student in enumerate(students):
            absent = school.rng.choice((0, 0, 0, 15, 75))
            params = {
                "attendanceID": session["attendance_id"],
                "issuedID": student["issued_id"],
                "timeAttended": str(75 - absent),
                "timeAbsent": absent,
            }
            at = session["ends_at"] + timedelta(minutes=9, seconds=place)
            school.request(at, params, kind="attendance_posting post", job_id=job_id)
