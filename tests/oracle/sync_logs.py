"""The five sync logs and attempted_data_syncs (sections 3 and 4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from oracle.fingerprints import kept_params
from oracle.json_text import Json, compact
from oracle.model import Attempt, Cell, Row
from oracle.rules import RuleCounter
from oracle.schema import SUMMARY_TABLES

# (column, key of params): what the request gave.
LOG_COLUMNS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "course": (
        ("course_id", "courseID"),
        ("mapping_id", "mappingID"),
        ("add_code", "addCode"),
        ("name", "name"),
    ),
    "user": (
        ("user_id", "userID"),
        ("mapping_id", "mappingID"),
        ("issued_id", "issuedID"),
        ("email", "email"),
        ("first_name", "firstName"),
        ("last_name", "lastName"),
    ),
    "course_member": (
        ("course_member_id", "courseMemberID"),
        ("mapping_id", "mappingID"),
        ("user_id", "userID"),
        ("user_mapping_id", "userMappingID"),
        ("issued_id", "issuedID"),
        ("email", "email"),
        ("course_id", "courseID"),
        ("add_code", "addCode"),
        ("course_name", "courseName"),
    ),
    "attendance_session": (
        ("attendance_id", "attendanceID"),
        ("mapping_id", "mappingID"),
        ("course_id", "courseID"),
        ("add_code", "addCode"),
        ("course_name", "courseName"),
        ("start_date", "startDate"),
        ("start_time", "startTime"),
    ),
    "attendance_posting": (
        ("user_id", "userID"),
        ("user_mapping_id", "userMappingID"),
        ("mapping_id", "mappingID"),
        ("attendance_id", "attendanceID"),
        ("record_id", "recordID"),
        ("time_attended", "timeAttended"),
        ("time_absent", "timeAbsent"),
    ),
}

LOG_ORDER: Final[dict[str, tuple[str, ...]]] = {
    "course": ("name", "add_code", "course_id"),
    "user": ("email", "issued_id", "mapping_id", "user_id"),
    "course_member": ("email", "issued_id", "mapping_id", "user_id"),
    "attendance_session": (
        *("course_name", "add_code", "course_id"),
        *("mapping_id", "start_date", "start_time"),
    ),
    "attendance_posting": ("user_id", "mapping_id", "attendance_id", "record_id"),
}

_LOG_TIES: Final = ("campus_id", "operation", "params", "status", "error_code")

RowKey: TypeAlias = tuple[str, str, str, str, str, str | None]
"""campus_id, record_key, operation, fingerprint, status, error."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """An attempt inside the range, with its record and its error after section 3."""

    attempt: Attempt
    record_key: str
    error_code: str | None
    message: str | None

    @property
    def record(self) -> tuple[str, str]:
        """The record: "identity never crosses campuses"."""
        return (self.attempt.campus_id, self.record_key)

    @property
    def row_key(self) -> RowKey:
        """One (record_key, operation, fingerprint, status, error)."""
        attempt = self.attempt
        error = self.message if self.error_code is None else self.error_code
        sync = (*self.record, attempt.operation, attempt.fingerprint)
        return (*sync, attempt.status, error)


def keyed_in_range(
    attempts: list[Attempt],
    keys: list[str],
    *,
    range_start: datetime,
    range_end: datetime,
    rules: RuleCounter,
) -> list[Keyed]:
    """Return the attempts in `[range_start, range_end)`, in their order.

    "Only attempts inside the range count, for every column." "Both are null on
    success, whatever the log says."
    """
    kept = []
    for attempt, key in zip(attempts, keys, strict=True):
        at = attempt.requested_at
        rules.hit_if("range_start_counts", when=at == range_start)
        rules.hit_if("range_end_does_not", when=at == range_end)
        if not range_start <= at < range_end:
            rules.hit("outside_range")
            continue
        code, message = attempt.error_code, attempt.message
        if attempt.status == "success":
            rules.hit_if("success_blanks_error", when=code or message)
            code = message = None
        else:
            rules.hit_if("error_is_code", when=code)
            rules.hit_if("error_is_message", when=code is None and message)
            rules.hit_if("error_is_null", when=code is None and message is None)
        kept.append(Keyed(attempt, key, code, message))
    return sorted(kept, key=lambda one: one.attempt.order)


def sync_log(record_type: str, attempts: list[Keyed], rules: RuleCounter) -> list[Row]:
    """Build one sync log, all campuses, in its order."""
    own = [one for one in attempts if one.attempt.record_type == record_type]
    rows_of: dict[RowKey, list[Keyed]] = {}
    last_of: dict[tuple[str, str], Keyed] = {}
    for one in own:
        rows_of.setdefault(one.row_key, []).append(one)
        last_of[one.record] = one
    stars = {one.row_key for one in last_of.values()}
    _count_ties(own, rules)
    rows = []
    for row_key, members in rows_of.items():
        rules.hit_if("last_attempt_elsewhere", when=row_key not in stars)
        _count_row(members, rules)
        rows.append(_log_row(record_type, members, starred=row_key in stars))
    columns = (*LOG_ORDER[record_type], "last_attempted_at", "record_key", *_LOG_TIES)
    return in_order(rows, columns)


def _log_row(record_type: str, members: list[Keyed], *, starred: bool) -> Row:
    """Build one row: "the error_code and message of its last attempt"."""
    first, last = members[0], members[-1]
    params = kept_params(last.attempt.params)
    row: Row = {
        "campus_id": last.attempt.campus_id,
        "record_key": last.record_key,
    }
    for column, key in LOG_COLUMNS[record_type]:
        row[column] = _given(params.get(key))
    row["params"] = last.attempt.fingerprint
    row["operation"] = last.attempt.operation
    row["status"] = last.attempt.status
    row["error_code"] = last.error_code
    row["message"] = last.message
    row["first_attempted_at"] = first.attempt.requested_at
    row["last_attempted_at"] = last.attempt.requested_at
    row["attempted_count"] = len(members)
    row["last_attempt"] = "*" if starred else None
    return row


def _given(value: Json) -> str | None:
    """Return "what the request gave, trimmed, as text".

    Also where it is no identifier: true is `true`, an array its JSON text.
    """
    return value if value is None or isinstance(value, str) else compact(value)


def attempted_data_syncs(
    campus_ids: Iterable[str], logs: dict[str, list[Row]]
) -> list[Row]:
    """Count the log rows.

    "`distinct_syncs` counts distinct syncs, `distinct_errors` the log rows with
    status error, `last_errors` those of them that bear `*`." "The same four rows,
    always": for each row of `campuses`, whether it sent anything or not.
    """
    rows: list[Row] = []
    for record_type in SUMMARY_TABLES:
        for campus_id in sorted(campus_ids):
            own = [r for r in logs[record_type] if r["campus_id"] == campus_id]
            errors = [row for row in own if row["status"] == "error"]
            syncs = {(r["record_key"], r["operation"], r["params"]) for r in own}
            rows.append(
                {
                    "campus_id": campus_id,
                    "record_type": record_type,
                    "distinct_syncs": len(syncs),
                    "distinct_errors": len(errors),
                    "last_errors": sum(r["last_attempt"] == "*" for r in errors),
                }
            )
    return rows


def in_order(rows: list[Row], columns: tuple[str, ...]) -> list[Row]:
    """Sort: "nulls sort last, everywhere", and text by code point."""

    def rank(row: Row) -> tuple[tuple[bool, Any], ...]:
        cells: list[Cell] = [row[column] for column in columns]
        return tuple((cell is None, "" if cell is None else cell) for cell in cells)

    return sorted(rows, key=rank)


def _count_row(members: list[Keyed], rules: RuleCounter) -> None:
    messages = {one.message for one in members}
    rules.hit_if("row_of_many_messages", when=len(messages) > 1)
    coded = {one.error_code is None for one in members}
    failed = members[0].attempt.status == "error"
    rules.hit_if("row_of_code_and_message", when=failed and len(coded) > 1)
    written = {compact(one.attempt.params) for one in members}
    rules.hit_if("fingerprint_joins", when=len(written) > 1)


def _count_ties(attempts: list[Keyed], rules: RuleCounter) -> None:
    by_record: dict[tuple[str, str], list[Attempt]] = {}
    for one in attempts:
        by_record.setdefault(one.record, []).append(one.attempt)
    for own in by_record.values():
        if len(own) > 1 and own[-1].requested_at == own[-2].requested_at:
            same = own[-1].request_id == own[-2].request_id
            rules.hit("order_by_item" if same else "order_by_request_id")
