"""Rows of the roster tables, and how they change from snapshot to snapshot."""

from datetime import datetime, timedelta
from typing import Final

from hypothesis import strategies as st

from worlds.drawn import Cell, DrawnRow, Raw
from worlds.pools import (
    ADD_CODES,
    COURSE_IDS,
    EMAILS,
    ISSUED_IDS,
    MAPPING_IDS,
    MEMBER_IDS,
    NAMES,
    SESSION_IDS,
    USER_IDS,
    Zone,
)
from worlds.spelling import instant_texts, padded

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "campuses": (
        *("campus_id", "name", "organization_name", "time_zone"),
        *("check_in_opens_min", "check_in_closes_min"),
        *("check_out_opens_min", "check_out_closes_min"),
    ),
    "campus_admins": ("campus_id", "email"),
    "integration_jobs": (
        *("job_id", "campus_id", "job", "description", "source_system"),
        *("destination_system", "integration_type", "vendor", "record_types"),
        *("direction", "schedule_cron", "frequency", "is_enabled"),
    ),
    "courses": (
        *("course_id", "campus_id", "mapping_id", "add_code", "name", "title"),
        *("starts_at", "ends_at", "instructor_name", "attendance_name"),
        *("meeting_days", "created_at", "updated_at", "archived_at"),
    ),
    "users": (
        *("user_id", "campus_id", "mapping_id", "issued_id", "email"),
        *("first_name", "last_name", "user_type", "last_activity_at"),
        *("created_at", "updated_at", "archived_at"),
    ),
    "course_members": (
        *("course_member_id", "campus_id", "mapping_id", "course_id", "user_id"),
        *("created_at", "updated_at", "archived_at"),
    ),
    "attendance_sessions": (
        *("attendance_id", "campus_id", "mapping_id", "course_id"),
        *("starts_at", "ends_at", "created_at", "updated_at", "archived_at"),
    ),
}

RECORD_IDS: Final[dict[str, tuple[str, ...]]] = {
    "courses": COURSE_IDS,
    "users": USER_IDS,
    "course_members": MEMBER_IDS,
    "attendance_sessions": SESSION_IDS,
}

# Repeating a value gives it weight; None is a missing identifier.
_TEXTS: Final[dict[str, tuple[str | None, ...]]] = {
    "mapping_id": (None, *MAPPING_IDS),
    "add_code": (None, *ADD_CODES),
    "name": (*NAMES, None),
    "title": ("T1", "T2", "\u00c9", None),
    "instructor_name": ("Zo\u00eb", None),
    "attendance_name": ("Full name",),
    "meeting_days": ("Mon;Wed", "Sun", None),
    "issued_id": (None, *ISSUED_IDS),
    "email": (None, *EMAILS),
    "first_name": ("Zo\u00eb", "Ana", None),
    "last_name": ("O'Brien", "Li", 'A "B", C'),
    "user_type": ("student", "student", "student", "staff", "administrator", None),
    # K9 and U9 are in no roster.
    "course_id": ("K1", "K1", "K1", "K2", "K3", "K9", None),
    "user_id": ("U1", "U1", "U1", "U2", "U3", "U9", None),
}


def _instant_columns(
    table: str, as_of: datetime, range_start: datetime, zone: Zone
) -> dict[str, st.SearchStrategy[str | None]]:
    """Draw created_at and updated_at around the edges of the range and the list."""
    edge = as_of - timedelta(days=180)
    second = timedelta(seconds=1)
    created = instant_texts(
        [
            range_start - timedelta(days=5),
            range_start,
            range_start - second,
            range_start + second,
            *(edge, edge - second, edge - timedelta(days=20)),
            *(as_of - second, as_of),
        ]
    )
    updated = instant_texts(
        [range_start - second, range_start, range_start + second, as_of - second, edge]
    )
    archived = instant_texts([range_start, as_of - second])
    columns: dict[str, st.SearchStrategy[str | None]] = {
        "created_at": created,
        "updated_at": st.one_of(updated, st.just("created_at"), st.none()),
        "archived_at": st.one_of(st.none(), st.none(), archived),
    }
    if table == "attendance_sessions":
        instants = [instant for instant, _, _ in zone.starts]
        starts: list[str | None] = [*instants, *instants, None]
        columns["starts_at"] = st.sampled_from(starts)
        columns["ends_at"] = st.sampled_from(starts)
    if table == "courses":
        columns["starts_at"] = st.sampled_from(["2026-02-01 00:00:00", None])
        columns["ends_at"] = st.sampled_from([None, "2026-06-01T00:00:00+02:00"])
    if table == "users":
        columns["last_activity_at"] = st.one_of(st.none(), archived)
    return columns


@st.composite
def roster_row(
    draw: st.DrawFn,
    table: str,
    record_id: str,
    campus_id: str,
    *,
    as_of: datetime,
    range_start: datetime,
    zone: Zone,
) -> DrawnRow:
    """Draw one version of one record."""
    columns = COLUMNS[table]
    instants = _instant_columns(table, as_of, range_start, zone)
    cells: dict[str, Cell] = {columns[0]: record_id, "campus_id": campus_id}
    for column in columns[2:]:
        if column in instants:
            cells[column] = draw(instants[column])
        else:
            cells[column] = draw(st.sampled_from(_TEXTS[column]))
    if cells["updated_at"] == "created_at":
        cells["updated_at"] = cells["created_at"]
    way = draw(st.integers(0, 15))
    column = columns[way % len(columns)]
    text = cells[column]
    cells[column] = padded(text, way % 4) if isinstance(text, str) else text
    return DrawnRow(tuple((name, cells[name]) for name in columns))


@st.composite
def next_snapshot(
    draw: st.DrawFn,
    table: str,
    before: dict[tuple[str, str], DrawnRow] | None,
    *,
    as_of: datetime,
    range_start: datetime,
    zones: dict[str, Zone],
) -> dict[tuple[str, str], DrawnRow]:
    """Draw a full snapshot: rows stay, change, come, and are gone (hard-deleted)."""
    after: dict[tuple[str, str], DrawnRow] = {}
    # Hypothesis shrinks to the first: a failing world keeps only the rows it needs.
    fates = (
        ["gone", "new", "new"] if before is None else ["gone", "stay", "stay", "new"]
    )
    for campus_id, zone in zones.items():
        for record_id in RECORD_IDS[table]:
            key = (campus_id, record_id)
            fate = draw(st.sampled_from(fates))
            if fate == "stay" and before is not None and key in before:
                after[key] = before[key]
            elif fate == "new":
                after[key] = draw(
                    roster_row(
                        table,
                        record_id,
                        campus_id,
                        as_of=as_of,
                        range_start=range_start,
                        zone=zone,
                    )
                )
    return after


def doubles(row: DrawnRow) -> st.SearchStrategy[DrawnRow]:
    """Draw a second row of the same id: equal, older, newer, or decided by others."""
    last = row.cells[-1][0]
    changes: list[dict[str, Cell]] = [{}, {"campus_id": f" {row.get('campus_id')}"}]
    if "updated_at" in dict(row.cells):
        changes += [
            {"updated_at": None},
            {"updated_at": "2030-01-01T00:00:00Z", last: None},
            {"updated_at": "1999-01-01T00:00:00Z"},
            {"mapping_id": None},
            {"mapping_id": "M3"},
        ]
    return st.sampled_from(changes).map(lambda change: row.with_cells(**change))


def campus_row(campus_id: str, zone: str, minutes: tuple[str, ...]) -> DrawnRow:
    """Make a row of campuses."""
    cells: list[Cell] = [campus_id, f"Campus {campus_id}", None, zone]
    cells += [Raw(number) for number in minutes]
    return DrawnRow(tuple(zip(COLUMNS["campuses"], cells, strict=True)))


def admin_row(campus_id: str) -> DrawnRow:
    """Make a row of campus_admins."""
    cells = (campus_id, f"Admin@{campus_id}.test")
    return DrawnRow(tuple(zip(COLUMNS["campus_admins"], cells, strict=True)))


def job_row(job_id: str, campus_id: str, *, direction: str, enabled: Cell) -> DrawnRow:
    """Make a row of integration_jobs."""
    cells: dict[str, Cell] = {
        **dict.fromkeys(COLUMNS["integration_jobs"]),
        "job_id": job_id,
        "campus_id": campus_id,
        "job": job_id,
        "integration_type": "managed",
        "record_types": "course;user; attendance_posting",
        "direction": direction,
        "schedule_cron": "0 2 * * *",
        "is_enabled": enabled,
    }
    return DrawnRow(tuple(cells.items()))
