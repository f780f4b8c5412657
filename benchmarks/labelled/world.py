"""Rosters and requests of a labelled world, and how they are made."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from orchestration.extract.platform.tables import TABLES

AS_OF = datetime(2026, 3, 30, 6, tzinfo=UTC)
DAYS = 60
FIRST_SNAPSHOT = datetime(2026, 2, 28, 3, tzinfo=UTC)
NEWEST_SNAPSHOT = datetime(2026, 3, 30, 3, tzinfo=UTC)
AGES_AGO = AS_OF - timedelta(days=DAYS + 40)
ZONES = ("America/New_York", "Europe/Berlin", "Asia/Kolkata", "UTC", "Pacific/Auckland")

COLUMNS = {table.name: table.column_names for table in TABLES}
Row = dict[str, Any]
KNOWN_ERROR: Mapping[str, Any] = {
    "status": "error",
    "http_status": 422,
    "error_code": "INVALID_EMAIL",
    "message": "The address is not valid",
}


@dataclass(frozen=True, slots=True)
class World:
    """Rows by table; a row of a roster also tells which snapshots have it."""

    rng: random.Random
    rows: dict[str, list[Row]] = field(default_factory=dict)
    gone: set[tuple[str, str]] = field(default_factory=set)
    """(table, id) of the records that the newest snapshot lacks."""

    def campus(self, zone: str | None = None, *, is_posting: bool = True) -> Campus:
        """Make a campus; a posting one has an enabled job of direction out."""
        number = len(self.rows.setdefault("campuses", [])) + 1
        campus = Campus(self, f"C{number:03}", zone or ZONES[number % len(ZONES)])
        self.add(
            "campuses",
            campus_id=campus.campus_id,
            name=f"Campus {number}",
            time_zone=campus.zone,
            check_in_opens_min=15,
            check_in_closes_min=15,
            check_out_opens_min=15,
            check_out_closes_min=15,
        )
        if is_posting:
            campus.job(direction="out", record_types="attendance_posting")
        return campus

    def add(self, table: str, **given: Any) -> Row:
        """Add a row; a column that is not given is null."""
        row = {**dict.fromkeys(COLUMNS[table]), **given}
        self.rows.setdefault(table, []).append(row)
        return row

    def number(self, table: str) -> int:
        """The next row's number."""
        return len(self.rows.get(table, [])) + 1


@dataclass(frozen=True, slots=True)
class Campus:
    """A campus, and what can be made there."""

    world: World
    campus_id: str
    zone: str

    @property
    def today(self) -> date:
        """The campus's date at as_of."""
        return AS_OF.astimezone(ZoneInfo(self.zone)).date()

    def at(self, days_ago: int, clock: str = "10:00:00") -> datetime:
        """An instant by the campus's calendar and clock."""
        local = datetime.combine(
            self.today - timedelta(days=days_ago), time.fromisoformat(clock)
        )
        return local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def school_days(self, *, first: int, last: int) -> Iterator[int]:
        """Days ago, from the first to the last; neither weekends nor holidays."""
        for days_ago in range(first, last - 1, -1):
            if self.is_school_day(days_ago):
                yield days_ago

    def is_school_day(self, days_ago: int) -> bool:
        """Whether the campus's jobs send on that date."""
        day = self.today - timedelta(days=days_ago)
        return day.weekday() < 5 and day not in HOLIDAYS

    def job(self, **given: Any) -> str:
        """Make an integration job; its id."""
        job_id = f"J{self.world.number('integration_jobs'):04}"
        self.world.add(
            "integration_jobs",
            **{
                "job_id": job_id,
                "campus_id": self.campus_id,
                "job": f"Job {job_id}",
                "integration_type": "managed",
                "record_types": "user",
                "direction": "in",
                "is_enabled": True,
                **given,
            },
        )
        return job_id

    def course(self, **given: Any) -> Row:
        """Make a course of the roster."""
        number = self.world.number("courses")
        own = {
            "mapping_id": f"mc{number}",
            "add_code": f"A{number}",
            "name": f"Course {number}",
            "title": "Algebra",
            "meeting_days": "Mon;Wed",
        }
        return self._record("courses", f"K{number}", {**own, **given})

    def user(self, **given: Any) -> Row:
        """Make a user of the roster."""
        number = self.world.number("users")
        own = {
            "mapping_id": f"mu{number}",
            "issued_id": str(100_000 + number),
            "email": f"u{number}@school.example",
            "first_name": "Ada",
            "last_name": f"Lee {number}",
            "user_type": "student",
        }
        return self._record("users", f"U{number}", {**own, **given})

    def member(self, course: Row, user: Row, **given: Any) -> Row:
        """Make an enrollment."""
        number = self.world.number("course_members")
        own = {"course_id": course["course_id"], "user_id": user["user_id"]}
        return self._record(
            "course_members",
            f"E{number}",
            {"mapping_id": f"me{number}", **own, **given},
        )

    def session(self, course: Row, ends_at: datetime, **given: Any) -> Row:
        """Make a class meeting of 50 minutes."""
        number = self.world.number("attendance_sessions")
        own = {
            "mapping_id": f"ms{number}",
            "course_id": course["course_id"],
            "starts_at": ends_at - timedelta(minutes=50),
            "ends_at": ends_at,
        }
        return self._record("attendance_sessions", f"S{number}", {**own, **given})

    def request(
        self,
        params: Mapping[str, Any],
        at: datetime,
        *,
        record_type: str = "user",
        operation: str = "update",
        job_id: str | None = None,
        **given: Any,
    ) -> str:
        """Add a request, a success unless told otherwise; its id."""
        request_id = given.pop("request_id", None)
        request_id = request_id or f"r{self.world.number('api_requests'):07}"
        self.world.add(
            "api_requests",
            **{
                "request_id": request_id,
                "campus_id": self.campus_id,
                "job_id": job_id,
                "requested_at": at,
                "record_type": record_type,
                "operation": operation,
                "params": dict(params),
                "status": "success",
                "http_status": 200,
                **given,
            },
        )
        return str(request_id)

    def forget(self, table: str, row: Row) -> None:
        """Delete a record for good: the newest snapshot lacks it."""
        self.world.gone.add((table, str(row[COLUMNS[table][0]])))

    def _record(self, table: str, record_id: str, given: Row) -> Row:
        columns = COLUMNS[table]
        own = {columns[0]: f"{self.campus_id}-{record_id}", "campus_id": self.campus_id}
        times = {"created_at": AGES_AGO, "updated_at": AGES_AGO}
        return self.world.add(table, **{**own, **times, **given})


# Days on which no job of any campus sends: one holiday and a long weekend.
HOLIDAYS = (date(2026, 2, 16), date(2026, 3, 13), date(2026, 3, 16))


def user_params(user: Row) -> dict[str, Any]:
    """What the sending system says of a user, and the roster too."""
    return {
        "userID": user["user_id"],
        "email": user["email"],
        "firstName": user["first_name"],
        "lastName": user["last_name"],
    }


def user_key(user: Row) -> str:
    """The user's record_key."""
    return f"user:{user['user_id']}"
