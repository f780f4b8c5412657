"""The four record lists and system_data_summary (section 4)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from oracle.model import Cell, Row
from oracle.rosters import RecordId, Roster
from oracle.rules import RuleCounter
from oracle.schema import SUMMARY_TABLES
from oracle.sync_logs import in_order

LOOKBACK: Final = timedelta(days=180)

_OWN_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "course": (
        *("course_id", "add_code", "mapping_id", "name", "title", "starts_at"),
        *("ends_at", "instructor_name", "attendance_name", "meeting_days"),
    ),
    "user": (
        *("user_id", "issued_id", "mapping_id", "email", "first_name", "last_name"),
        *("user_type", "last_activity_at"),
    ),
}

# Sorted by, but no column of the report.
_COURSE_START: Final = "course starts_at"

_ORDER: Final[dict[str, tuple[str, ...]]] = {
    "course": ("title", "name", "starts_at", "course_id", "campus_id"),
    "user": ("last_name", "first_name", "issued_id", "user_id", "campus_id"),
    "course_member": (
        *("course_title", "course_name", _COURSE_START),
        *("last_name", "first_name", "issued_id", "course_member_id", "campus_id"),
    ),
    "attendance_session": (
        *("course_title", "course_name", _COURSE_START, "starts_at"),
        *("attendance_id", "campus_id"),
    ),
}

# (column, column of the session, minutes of the campus, before or after)
_WINDOWS: Final = (
    ("check_in_opens_at", "starts_at", "check_in_opens_min", -1),
    ("check_in_closes_at", "starts_at", "check_in_closes_min", 1),
    ("check_out_opens_at", "ends_at", "check_out_opens_min", -1),
    ("check_out_closes_at", "ends_at", "check_out_closes_min", 1),
)


def record_list(
    record_type: str,
    rosters: dict[str, Roster],
    *,
    as_of: datetime,
    range_start: datetime,
    range_end: datetime,
    rules: RuleCounter,
) -> list[Row]:
    """Build one record list, all campuses, in its order.

    "Record lists hold the records with created_at or updated_at in
    `[as_of - 180 days, as_of)`", by their newest version; a hard-deleted record
    "leaves the lists".
    """
    roster = rosters[SUMMARY_TABLES[record_type]]
    unlisted = len(roster.versions) - len(list(roster.listed_rows()))
    rules.hit_if("hard_deleted_unlisted", when=unlisted)
    rows = []
    for record, newest in roster.listed_rows():
        if not _is_recent(newest, as_of, rules):
            continue
        row: Row = {"campus_id": record[0]}
        row |= _columns(record_type, newest, rosters)
        row |= _flags(record, roster, range_start, range_end, rules)
        row |= {column: newest[column] for column in ("created_at", "updated_at")}
        rows.append(row)
    ordered = in_order(rows, _ORDER[record_type])
    for row in ordered:
        row.pop(_COURSE_START, None)
    return ordered


def _is_recent(newest: Row, as_of: datetime, rules: RuleCounter) -> bool:
    created, updated = (
        _within(newest[column], as_of - LOOKBACK, as_of)
        for column in ("created_at", "updated_at")
    )
    rules.hit_if("listed_for_created", when=created)
    rules.hit_if("listed_for_updated", when=updated and not created)
    rules.hit_if("too_old_unlisted", when=not updated and not created)
    return created or updated


def _within(cell: Cell, start: datetime, end: datetime) -> bool:
    return isinstance(cell, datetime) and start <= cell < end


def _flags(
    record: RecordId,
    roster: Roster,
    range_start: datetime,
    range_end: datetime,
    rules: RuleCounter,
) -> Row:
    """Compute the flags.

    "`existed_before` (created_at < range_start), `created_in_range`,
    `updated_in_range` (some extracted version has updated_at in the range and later
    than its created_at), `is_archived`: the newest version's archived_at is not
    null."
    """
    newest = roster.newest(record)
    created_at = _instant(newest["created_at"])
    in_range = [
        version
        for version in roster.versions[record]
        if _within(version["updated_at"], range_start, range_end)
    ]
    updated = [
        version
        for version in in_range
        if _instant(version["updated_at"]) > _instant(version["created_at"])
    ]
    rules.hit_if("created_not_updated", when=in_range and not updated)
    rules.hit_if("updated_by_old_version", when=updated and newest not in updated)
    rules.hit_if("archived_listed", when=newest["archived_at"] is not None)
    return {
        "existed_before": created_at < range_start,
        "created_in_range": range_start <= created_at < range_end,
        "updated_in_range": bool(updated),
        "is_archived": newest["archived_at"] is not None,
    }


def _instant(cell: Cell) -> datetime:
    if not isinstance(cell, datetime):
        raise TypeError(f"{cell!r} was let through as an instant")
    return cell


def _columns(record_type: str, newest: Row, rosters: dict[str, Roster]) -> Row:
    if record_type in _OWN_COLUMNS:
        return {column: newest[column] for column in _OWN_COLUMNS[record_type]}
    # The newest version known, also of a course or user that was hard-deleted: no
    # rule says that a member or session forgets what it belonged to.
    campus_id = newest["campus_id"]
    course = rosters["courses"].find(campus_id, newest["course_id"]) or {}
    about_course: Row = {
        "course_id": newest["course_id"],
        "course_title": course.get("title"),
        "course_name": course.get("name"),
        _COURSE_START: course.get("starts_at"),
    }
    if record_type == "attendance_session":
        campus = rosters["campuses"].find(campus_id, campus_id) or {}
        own = ("attendance_id", "mapping_id")
        times = ("starts_at", "ends_at")
        return {
            **{column: newest[column] for column in own},
            **about_course,
            **{column: newest[column] for column in times},
            **_windows(newest, campus),
        }
    user = rosters["users"].find(campus_id, newest["user_id"]) or {}
    own = ("course_member_id", "mapping_id")
    known = ("issued_id", "email", "first_name", "last_name")
    return {
        **{column: newest[column] for column in own},
        **about_course,
        "user_id": newest["user_id"],
        **{column: user.get(column) for column in known},
    }


def _windows(session: Row, campus: Row) -> Row:
    """Compute when check-in and check-out open and close.

    "Check-in opens `check_in_opens_min` minutes before the session's start and
    closes `check_in_closes_min` after it; check-out likewise around its end."
    """
    row: Row = {}
    for column, around, minutes, sign in _WINDOWS:
        at, distance = session[around], campus.get(minutes)
        if isinstance(at, datetime) and isinstance(distance, int):
            row[column] = at + sign * timedelta(minutes=distance)
        else:
            row[column] = None
    return row


def system_data_summary(
    campus_ids: Iterable[str], lists: dict[str, list[Row]]
) -> list[Row]:
    """Count "the flags over the list's records", four rows for each campus."""
    flags = {
        "existing": "existed_before",
        "created": "created_in_range",
        "updated": "updated_in_range",
        "archived": "is_archived",
    }
    rows: list[Row] = []
    for record_type in SUMMARY_TABLES:
        for campus_id in sorted(campus_ids):
            own = [r for r in lists[record_type] if r["campus_id"] == campus_id]
            row: Row = {"campus_id": campus_id, "record_type": record_type}
            row |= {to: sum(r[flag] is True for r in own) for to, flag in flags.items()}
            rows.append(row)
    return rows
