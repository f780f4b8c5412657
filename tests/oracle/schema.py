"""The names of section 1: tables, columns, vocabularies, keys of params."""

from typing import Final

TABLES: Final[dict[str, tuple[str, ...]]] = {
    "campuses": (
        "campus_id",
        "name",
        "organization_name",
        "time_zone",
        "check_in_opens_min",
        "check_in_closes_min",
        "check_out_opens_min",
        "check_out_closes_min",
    ),
    "campus_admins": ("campus_id", "email"),
    "integration_jobs": (
        "job_id",
        "campus_id",
        "job",
        "description",
        "source_system",
        "destination_system",
        "integration_type",
        "vendor",
        "record_types",
        "direction",
        "schedule_cron",
        "frequency",
        "is_enabled",
    ),
    "courses": (
        "course_id",
        "campus_id",
        "mapping_id",
        "add_code",
        "name",
        "title",
        "starts_at",
        "ends_at",
        "instructor_name",
        "attendance_name",
        "meeting_days",
        "created_at",
        "updated_at",
        "archived_at",
    ),
    "users": (
        "user_id",
        "campus_id",
        "mapping_id",
        "issued_id",
        "email",
        "first_name",
        "last_name",
        "user_type",
        "last_activity_at",
        "created_at",
        "updated_at",
        "archived_at",
    ),
    "course_members": (
        "course_member_id",
        "campus_id",
        "mapping_id",
        "course_id",
        "user_id",
        "created_at",
        "updated_at",
        "archived_at",
    ),
    "attendance_sessions": (
        "attendance_id",
        "campus_id",
        "mapping_id",
        "course_id",
        "starts_at",
        "ends_at",
        "created_at",
        "updated_at",
        "archived_at",
    ),
    "api_requests": (
        "request_id",
        "campus_id",
        "job_id",
        "requested_at",
        "record_type",
        "operation",
        "params",
        "status",
        "http_status",
        "error_code",
        "message",
        "item_results",
    ),
}

REQUESTS: Final = "api_requests"

# What tells the rows of one snapshot apart, always within a campus ("identity never
# crosses campuses"). campus_admins has no id of its own: its e-mail stands in.
ID_COLUMNS: Final[dict[str, str]] = {
    "campuses": "campus_id",
    "campus_admins": "email",
    "integration_jobs": "job_id",
    "courses": "course_id",
    "users": "user_id",
    "course_members": "course_member_id",
    "attendance_sessions": "attendance_id",
    "api_requests": "request_id",
}

OPERATIONS: Final[dict[str, tuple[str, ...]]] = {
    "course": ("create", "update", "delete"),
    "user": ("create", "update", "delete"),
    "course_member": ("create", "update", "delete"),
    "attendance_session": ("create", "bulk_create", "delete", "bulk_delete"),
    "attendance_posting": ("post",),
}
BULK_OPERATIONS: Final = ("bulk_create", "bulk_delete")
STATUSES: Final = ("success", "error")

VOCABULARIES: Final[dict[str, tuple[str, ...]]] = {
    "integration_type": ("managed", "third_party"),
    "direction": ("in", "out"),
    "user_type": ("student", "staff", "administrator"),
    "status": STATUSES,
}
WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

# The four rows of the two summary reports, in the contract's order.
SUMMARY_TABLES: Final[dict[str, str]] = {
    "course": "courses",
    "user": "users",
    "course_member": "course_members",
    "attendance_session": "attendance_sessions",
}

# (kind of identifier, key of params), strongest first.
COURSE_KEYS: Final = (
    ("course_id", "courseID"),
    ("mapping_id", "mappingID"),
    ("add_code", "addCode"),
    ("name", "name"),
)
COURSE_REFERENCE_KEYS: Final = (
    ("course_id", "courseID"),
    ("mapping_id", "courseMappingID"),
    ("add_code", "addCode"),
    ("name", "courseName"),
)
USER_KEYS: Final = (
    ("user_id", "userID"),
    ("mapping_id", "mappingID"),
    ("issued_id", "issuedID"),
    ("email", "email"),
)
USER_REFERENCE_KEYS: Final = (
    ("user_id", "userID"),
    ("mapping_id", "userMappingID"),
    ("issued_id", "issuedID"),
    ("email", "email"),
)
