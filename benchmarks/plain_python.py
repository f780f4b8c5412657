"""What the polars and the pandas script leave to plain Python.

Text files, because frames do not read lines that are half broken; and the distinct
requests, because frames do not take JSON of any shape apart. It is what a user would
write: bad rows are skipped, and records that no roster claims are not linked.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

Row: TypeAlias = dict[str, Any]

LOG_COLUMNS = (
    *("campus_id", "request_id", "requested_at", "record_type", "operation"),
    *("params", "status", "error_code", "message", "item_results"),
)
ROSTERS = {
    "campuses": "campus_id",
    "courses": "course_id",
    "users": "user_id",
    "course_members": "course_member_id",
    "attendance_sessions": "attendance_id",
}
# A record's identifiers in a roster row, strongest first.
_BORNE = {
    "course": ("course_id", "mapping_id", "add_code", "name"),
    "user": ("user_id", "mapping_id", "issued_id", "email"),
    "course_member": ("course_member_id", "mapping_id", "pair"),
    "attendance_session": ("attendance_id", "mapping_id", "slot", "day_slot"),
}
_COURSE_KEYS = ("courseID", "courseMappingID", "addCode", "courseName")
_USER_KEYS = ("userID", "userMappingID", "issuedID", "email")
_OWN_COURSE_KEYS = ("courseID", "mappingID", "addCode", "name")
_OWN_USER_KEYS = ("userID", "mappingID", "issuedID", "email")


def files_of(drop: Path, table: str) -> list[Path]:
    """The files of a table, older snapshots first."""
    found = [*drop.glob(f"{table}.*"), *drop.glob(f"{table}/**/*.*")]
    return sorted(path for path in found if path.is_file())


def rows_of_lines(path: Path) -> list[Row]:
    """The rows of a JSON Lines file; params and results as text."""
    rows = []
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            try:
                row = json.loads(line)
            except ValueError:
                continue
            for column in ("params", "item_results"):
                if not isinstance(row[column], str | None):
                    row[column] = json.dumps(row[column], ensure_ascii=False)
            rows.append({column: row[column] for column in LOG_COLUMNS})
    return rows


class Records:
    """The roster's records, by what names them in their campus."""

    def __init__(self, rosters: dict[str, Iterable[Row]]) -> None:
        zones = {
            row["campus_id"]: ZoneInfo(row["time_zone"]) for row in rosters["campuses"]
        }
        bearers = defaultdict(list)
        for record_type, kinds in _BORNE.items():
            for row in rosters[f"{record_type}s"]:
                borne = _with_composites(record_type, row, zones)
                for kind in kinds:
                    value = borne.get(kind)
                    if value:
                        value = value.lower() if kind == "email" else value
                        place = (row["campus_id"], record_type, kind, value)
                        bearers[place].append(row)
        self._named = {}
        for place, rows in bearers.items():
            active = [row for row in rows if not row["archived_at"]]
            one = rows if len(rows) == 1 else active
            if len(one) == 1:
                self._named[place] = f"{place[1]}:{one[0][_BORNE[place[1]][0]]}"

    def key(self, campus_id: str, record_type: str, given: Row, params: str) -> str:
        """The record_key of one attempt."""
        return (
            self._found(
                campus_id, record_type, self._identifiers(campus_id, record_type, given)
            )
            or f"{record_type}?request={params}"
        )

    def _found(self, campus_id: str, record_type: str, identifiers: Row) -> str | None:
        for kind, value in identifiers.items():
            name = self._named.get((campus_id, record_type, kind, value))
            if name:
                return name
        for kind, value in identifiers.items():
            return f"{record_type}?{kind}={value}"
        return None

    def _identifiers(self, campus_id: str, record_type: str, given: Row) -> Row:
        if record_type == "course":
            return _listed(given, _BORNE["course"], _OWN_COURSE_KEYS)
        if record_type == "user":
            return _listed(given, _BORNE["user"], _OWN_USER_KEYS)
        course = self._found(
            campus_id, "course", _listed(given, _BORNE["course"], _COURSE_KEYS)
        )
        user = self._found(
            campus_id, "user", _listed(given, _BORNE["user"], _USER_KEYS)
        )
        mapping_id = _text(given.get("mappingID"))
        if record_type == "course_member":
            found = {
                "course_member_id": _text(given.get("courseMemberID")),
                "mapping_id": mapping_id,
                "pair": _joined(user, course),
            }
        elif record_type == "attendance_session":
            time = _text(given.get("startTime"))
            kind = "slot" if time else "day_slot"
            day_slot = _joined(course, _text(given.get("startDate")))
            found = {
                "attendance_id": _text(given.get("attendanceID")),
                "mapping_id": mapping_id,
                kind: _joined(day_slot, time.zfill(5)[:5]) if time else day_slot,
            }
        else:
            found = {
                "user_attendance": _joined(user, _text(given.get("attendanceID"))),
                "user_record": _joined(user, _text(given.get("recordID"))),
                "mapping_id": mapping_id,
            }
        return {kind: value for kind, value in found.items() if value}


def attempts_of(
    payloads: Iterable[tuple[int, str, str, str, str]], records: Records
) -> Iterator[tuple[int, int, str, str]]:
    """Take distinct requests apart: payload, item, params, record_key an attempt.

    A payload is its number, campus_id, record_type, operation and params.
    """
    for number, campus_id, record_type, operation, text in payloads:
        whole = json.loads(text)
        elements = [whole]
        if operation.startswith("bulk_"):
            sessions = whole.pop("sessions", None) or []
            ids = whole.pop("attendanceIDs", None) or []
            listed = [*sessions, *({"attendanceID": one} for one in ids)]
            elements = [{**whole, **one} for one in listed if isinstance(one, dict)]
        for item, given in enumerate(elements):
            params = json.dumps(
                {
                    key: value.strip() if isinstance(value, str) else value
                    for key, value in sorted(given.items())
                    if value is not None and value != ""
                },
                ensure_ascii=False,
                separators=(",", ":"),
            )
            yield (
                number,
                item,
                params,
                records.key(campus_id, record_type, given, params),
            )


def answers_of(
    bulks: Iterable[tuple[str, str, str | None]],
) -> Iterator[tuple[str, str, int, str, str | None, str | None]]:
    """Take the results of bulk requests apart: campus, request, item, the three."""
    for campus_id, request_id, text in bulks:
        results = json.loads(text) if text else []
        for item, one in enumerate(results if isinstance(results, list) else []):
            if isinstance(one, dict):
                answer = (one.get("error_code"), one.get("message"))
                yield campus_id, request_id, item, one["status"], *answer


def _with_composites(record_type: str, row: Row, zones: dict[str, ZoneInfo]) -> Row:
    course = f"course:{row.get('course_id')}"
    if record_type == "course_member":
        return {**row, "pair": f"user:{row['user_id']}|{course}"}
    if record_type == "attendance_session":
        starts_at = datetime.fromisoformat(row["starts_at"])
        local = starts_at.astimezone(zones[row["campus_id"]])
        day_slot = f"{course}|{local:%Y-%m-%d}"
        return {**row, "slot": f"{day_slot}|{local:%H:%M}", "day_slot": day_slot}
    return row


def _listed(given: Row, kinds: tuple[str, ...], keys: tuple[str, ...]) -> Row:
    found = {kind: _text(given.get(key)) for kind, key in zip(kinds, keys, strict=True)}
    if found.get("email"):
        found["email"] = str(found["email"]).lower()
    return {kind: value for kind, value in found.items() if value}


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) else None


def _joined(*parts: str | None) -> str | None:
    return "|".join(map(str, parts)) if all(parts) else None
