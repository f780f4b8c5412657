"""The platform's tables as the contract lists them (section 1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """How a column's text is read."""

    TEXT = "VARCHAR"
    INSTANT = "TIMESTAMP WITH TIME ZONE"
    INTEGER = "INTEGER"
    BOOLEAN = "BOOLEAN"
    JSON = "JSON"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, how its text is read, and what may stand in it."""

    name: str
    kind: Kind = Kind.TEXT
    is_required: bool = False
    vocabulary: tuple[str, ...] = ()
    list_vocabulary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the source; every table but the log is a full snapshot.

    ``record_id`` is the column that names a row's record within its campus.
    """

    name: str
    record_id: str
    columns: tuple[Column, ...]
    is_snapshot: bool = True

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns in the contract's order."""
        return tuple(column.name for column in self.columns)


def _required(name: str, *vocabulary: str) -> Column:
    return Column(name, is_required=True, vocabulary=vocabulary)


def _instant(name: str, *, is_required: bool = False) -> Column:
    return Column(name, Kind.INSTANT, is_required=is_required)


def _texts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


_STAMPS = (
    _instant("created_at", is_required=True),
    _instant("updated_at"),
    _instant("archived_at"),
)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

OPERATIONS: dict[str, tuple[str, ...]] = {
    "course": ("create", "update", "delete"),
    "user": ("create", "update", "delete"),
    "course_member": ("create", "update", "delete"),
    "attendance_session": ("create", "bulk_create", "delete", "bulk_delete"),
    "attendance_posting": ("post",),
}
STATUSES = ("success", "error")

CAMPUSES = Table(
    "campuses",
    "campus_id",
    (
        _required("campus_id"),
        *_texts("name", "organization_name"),
        _required("time_zone"),
        Column("check_in_opens_min", Kind.INTEGER),
        Column("check_in_closes_min", Kind.INTEGER),
        Column("check_out_opens_min", Kind.INTEGER),
        Column("check_out_closes_min", Kind.INTEGER),
    ),
)
CAMPUS_ADMINS = Table(
    "campus_admins", "email", (_required("campus_id"), _required("email"))
)
INTEGRATION_JOBS = Table(
    "integration_jobs",
    "job_id",
    (
        _required("job_id"),
        _required("campus_id"),
        *_texts("job", "description", "source_system", "destination_system"),
        Column("integration_type", vocabulary=("managed", "third_party")),
        *_texts("vendor", "record_types"),
        Column("direction", vocabulary=("in", "out")),
        *_texts("schedule_cron", "frequency"),
        Column("is_enabled", Kind.BOOLEAN),
    ),
)
COURSES = Table(
    "courses",
    "course_id",
    (
        _required("course_id"),
        _required("campus_id"),
        *_texts("mapping_id", "add_code", "name", "title"),
        _instant("starts_at"),
        _instant("ends_at"),
        *_texts("instructor_name", "attendance_name"),
        Column("meeting_days", list_vocabulary=_WEEKDAYS),
        *_STAMPS,
    ),
)
USERS = Table(
    "users",
    "user_id",
    (
        _required("user_id"),
        _required("campus_id"),
        *_texts("mapping_id", "issued_id", "email", "first_name", "last_name"),
        Column("user_type", vocabulary=("student", "staff", "administrator")),
        _instant("last_activity_at"),
        *_STAMPS,
    ),
)
COURSE_MEMBERS = Table(
    "course_members",
    "course_member_id",
    (
        _required("course_member_id"),
        _required("campus_id"),
        *_texts("mapping_id", "course_id", "user_id"),
        *_STAMPS,
    ),
)
ATTENDANCE_SESSIONS = Table(
    "attendance_sessions",
    "attendance_id",
    (
        _required("attendance_id"),
        _required("campus_id"),
        *_texts("mapping_id", "course_id"),
        _instant("starts_at"),
        _instant("ends_at"),
        *_STAMPS,
    ),
)
API_REQUESTS = Table(
    "api_requests",
    "request_id",
    (
        _required("request_id"),
        _required("campus_id"),
        Column("job_id"),
        _instant("requested_at", is_required=True),
        _required("record_type", *OPERATIONS),
        _required("operation"),
        Column("params", Kind.JSON, is_required=True),
        _required("status", *STATUSES),
        Column("http_status", Kind.INTEGER),
        *_texts("error_code", "message"),
        Column("item_results", Kind.JSON),
    ),
    is_snapshot=False,
)

TABLES = (
    CAMPUSES,
    CAMPUS_ADMINS,
    INTEGRATION_JOBS,
    COURSES,
    USERS,
    COURSE_MEMBERS,
    ATTENDANCE_SESSIONS,
    API_REQUESTS,
)
