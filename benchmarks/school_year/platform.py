"""A platform that lives through the days: what it knows changes, and is looked at."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from orchestration.extract.platform.tables import TABLES

AS_OF = datetime(2026, 4, 21, 13, 37, tzinfo=UTC)
LOG_BEGINS = AS_OF - timedelta(days=60)
LONG_AGO = datetime(2025, 8, 18, 6, 30, tzinfo=UTC)
COLUMNS = {table.name: table.column_names for table in TABLES}
ROSTERS = ("courses", "users", "course_members", "attendance_sessions")
# Offsets of half and quarter hours, both hemispheres, and every change of clocks
# between February and April.
ZONES = (
    "America/Chicago",
    "Europe/Madrid",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Asia/Kathmandu",
    "America/Santiago",
    "Pacific/Chatham",
    "America/Phoenix",
    "Pacific/Kiritimati",
    "America/Adak",
)
# A school closes for one of these weeks.
BREAKS = (date(2026, 3, 23), date(2026, 3, 9))
KNOWN_FAILURES: tuple[Mapping[str, Any], ...] = (
    {"http_status": 409, "error_code": "EMAIL_IN_USE", "message": "In use elsewhere"},
    {"http_status": 422, "error_code": "INVALID_EMAIL", "message": None},
    {"http_status": 422, "error_code": None, "message": "lastName is required"},
    {"http_status": 503, "error_code": "SERVICE_UNAVAILABLE", "message": "Restarting"},
)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Label:
    """What a rule must find, or must not."""

    rule: str
    case: str
    fires: bool
    campus_id: str
    subject: str


@dataclass(slots=True)
class Platform:
    """The log, what each table holds at each time, and what will change it."""

    rng: random.Random
    campuses: list[Row] = field(default_factory=list)
    jobs: list[Row] = field(default_factory=list)
    log: list[Row] = field(default_factory=list)
    changes: list[tuple[datetime, int, Callable[[], None]]] = field(
        default_factory=list
    )
    state: dict[str, dict[str, Row]] = field(
        default_factory=lambda: {name: {} for name in ROSTERS}
    )
    snapshot_times: dict[str, list[datetime]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Each table is looked at when it suits: before the log, then now and then."""
        for table in ROSTERS:
            at, times = LOG_BEGINS - timedelta(hours=self.rng.randint(2, 40)), []
            newest = AS_OF - timedelta(minutes=self.rng.randint(90, 1_800))
            while at < newest - timedelta(days=3):
                times.append(at)
                at += timedelta(minutes=self.rng.randint(4 * 1_440, 9 * 1_440))
            self.snapshot_times[table] = [*times, newest]

    def later(self, at: datetime, change: Callable[[], None]) -> None:
        """Plan what happens at a time."""
        self.changes.append((at, len(self.changes), change))

    def snapshots(self) -> Iterator[tuple[str, datetime, list[Row]]]:
        """Live through all changes; each look at a table: its name, time and rows."""
        looks = [
            (at, name) for name, all_ in self.snapshot_times.items() for at in all_
        ]
        changes = sorted(self.changes, key=lambda change: change[:2])
        place = 0
        for at, name in sorted(looks):
            while place < len(changes) and changes[place][0] < at:
                changes[place][2]()
                place += 1
            yield name, at, [dict(row) for row in self.state[name].values()]


@dataclass(slots=True)
class School:
    """One campus: its calendar, its records, its requests."""

    platform: Platform
    campus_id: str
    zone: str
    break_begins: date
    is_posting: bool
    serial: int = 0

    @classmethod
    def opened(cls, platform: Platform, *, is_posting: bool) -> School:
        """Open the next campus."""
        number = len(platform.campuses)
        school = cls(
            platform,
            f"{number:02d}-{platform.rng.choice(('north', 'lake', 'hill', 'port'))}",
            ZONES[number % len(ZONES)],
            BREAKS[number % len(BREAKS)],
            is_posting,
        )
        platform.campuses.append(
            {
                "campus_id": school.campus_id,
                "name": f"School {number}",
                "time_zone": school.zone,
                "check_in_opens_min": 10,
                "check_in_closes_min": 20,
                "check_out_opens_min": 10,
                "check_out_closes_min": 20,
            }
        )
        if is_posting:
            school.job(direction="out", record_types="attendance_posting")
        return school

    @property
    def rng(self) -> random.Random:
        """What chance is drawn from."""
        return self.platform.rng

    @property
    def today(self) -> date:
        """The date at as_of, here."""
        return AS_OF.astimezone(ZoneInfo(self.zone)).date()

    def next_serial(self) -> int:
        """A number that was not used here before."""
        self.serial += 1
        return self.serial

    def on(self, day: date, clock: str = "09:00") -> datetime:
        """An instant by the school's clock."""
        local = datetime.combine(day, time.fromisoformat(clock), ZoneInfo(self.zone))
        return local.astimezone(UTC)

    def ago(self, days: int, clock: str = "09:00") -> datetime:
        """An instant so many days ago, by the school's clock."""
        return self.on(self.today - timedelta(days=days), clock)

    def is_open_on(self, day: date) -> bool:
        """Whether there is school that day."""
        in_break = 0 <= (day - self.break_begins).days < 5
        return day.weekday() < 5 and not in_break

    def days(self, first: int, last: int, *, weekdays: set[int]) -> list[date]:
        """The dates of those weekdays, both ends in days ago."""
        dates = (self.today - timedelta(days=ago) for ago in range(first, last - 1, -1))
        return [day for day in dates if day.weekday() in weekdays]

    def job(self, **given: Any) -> str:
        """Set up a job; its id."""
        job_id = f"{self.campus_id}/job-{self.next_serial()}"
        self.platform.jobs.append(
            {
                "job_id": job_id,
                "campus_id": self.campus_id,
                "job": job_id,
                "integration_type": "third_party",
                "record_types": "user;course_member",
                "direction": "in",
                "is_enabled": True,
                **given,
            }
        )
        return job_id

    def record(self, table: str, **given: Any) -> Row:
        """Put a record into the roster, since long ago unless told otherwise."""
        row = self.draft(table, **given)
        self.appears(table, row, row["created_at"])
        return row

    def draft(self, table: str, **given: Any) -> Row:
        """Think of a record that the roster does not have yet."""
        serial = self.next_serial()
        own: Row = {"mapping_id": f"{table[:3]}~{serial}"}
        if table == "courses":
            own |= {"add_code": f"AC-{serial}", "name": f"Room {serial}"}
            own |= {"title": "Chemistry", "meeting_days": "Tue;Thu"}
        if table == "users":
            own |= {"issued_id": f"0{serial:05d}", "email": f"p.{serial}@mail.example"}
            own |= {"first_name": "Jo", "last_name": f"Doe-{serial}"}
            own["user_type"] = "student"
        own |= {"created_at": LONG_AGO, "campus_id": self.campus_id}
        own[COLUMNS[table][0]] = f"{self.campus_id}.{table[:2]}{serial}"
        row = {**dict.fromkeys(COLUMNS[table]), **own, **given}
        row["updated_at"] = row["updated_at"] or row["created_at"]
        return row

    def appears(self, table: str, row: Row, at: datetime) -> None:
        """From then on the roster has the record, as created then."""
        record_id = str(row[COLUMNS[table][0]])

        def change() -> None:
            self.platform.state[table][record_id] = dict(row)

        self.platform.later(at, change)

    def changes(self, table: str, row: Row, at: datetime, **values: Any) -> None:
        """From then on the record has other values."""
        record_id = str(row[COLUMNS[table][0]])

        def change() -> None:
            self.platform.state[table][record_id].update({"updated_at": at, **values})

        self.platform.later(at, change)

    def vanishes(self, table: str, row: Row, at: datetime) -> None:
        """From then on the record is gone for good."""
        record_id = str(row[COLUMNS[table][0]])

        def change() -> None:
            del self.platform.state[table][record_id]

        self.platform.later(at, change)

    def request(
        self,
        at: datetime,
        params: Mapping[str, Any],
        *,
        kind: str = "user update",
        job_id: str | None = None,
        **given: Any,
    ) -> Row:
        """Log a request, a success unless told otherwise; what was logged."""
        record_type, operation = kind.split()
        row = {
            # Ids are unique within a campus alone.
            "request_id": f"req{self.next_serial()}",
            "campus_id": self.campus_id,
            "job_id": job_id,
            "requested_at": at,
            "record_type": record_type,
            "operation": operation,
            "params": dict(params),
            "status": "success",
            "http_status": 200,
            **given,
        }
        self.platform.log.append(row)
        return row

    def failure(self) -> Mapping[str, Any]:
        """How a request fails that fails in a way that is known."""
        return {"status": "error", **self.rng.choice(KNOWN_FAILURES)}


def telling(user: Row) -> dict[str, Any]:
    """What a sending system says of a user, spelt as it likes."""
    return {
        "issuedID": f" {user['issued_id']}",
        "email": str(user["email"]).upper(),
        "firstName": user["first_name"],
        "lastName": user["last_name"],
        "nickname": "",
    }
