"""Cases dealt to campuses, among clean traffic, and written as a drop folder."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.labelled.cases import CASES, Case
from benchmarks.labelled.streams import Stream
from benchmarks.labelled.world import (
    COLUMNS,
    FIRST_SNAPSHOT,
    KNOWN_ERROR,
    NEWEST_SNAPSHOT,
    Campus,
    Row,
    World,
    user_params,
)

# Cases that do not need a campus alone share one with so many others.
CASES_A_CAMPUS = 24
_FILES = 9


@dataclass(frozen=True, slots=True)
class Label:
    """What a rule must find, or must not."""

    rule: str
    case: str
    fires: bool
    campus_id: str
    subject: str


def labelled_world(
    *,
    seed: int,
    copies: int,
    with_traffic: bool = True,
    cases: Sequence[Case] = tuple(CASES),
) -> tuple[World, list[Label]]:
    """Make a world.

    Args:
        seed: what the world is drawn from.
        copies: how often each case is injected.
        with_traffic: whether clean traffic runs beside the cases.
        cases: what is injected; all, when left out.
    """
    world = World(random.Random(seed))
    dealt = [case for case in cases for _ in range(copies)]
    world.rng.shuffle(dealt)
    labels, campus, free = [], None, 0
    for case in dealt:
        if case.is_alone:
            own = world.campus(is_posting=False)
        else:
            if campus is None or free == 0:
                campus, free = world.campus(), CASES_A_CAMPUS
                _begin_log(campus)
                if with_traffic:
                    _clean_traffic(campus)
            own, free = campus, free - 1
        subject = case.inject(own)
        labels.append(Label(case.rule, case.name, case.fires, own.campus_id, subject))
    if with_traffic:
        for _ in range(copies):
            _small_campus(world)
    return world, labels


def _begin_log(campus: Campus) -> None:
    """Sessions from before the log begins are not asked for."""
    campus.request(user_params(campus.user()), campus.at(59, "00:30"))


def _clean_traffic(campus: Campus) -> None:
    """A nightly job, a new one, and classes whose attendance is posted."""
    schedule = {"schedule_cron": "0 3 * * 1-5"}
    usual = campus.world.rng.randint(20, 40)
    days = list(campus.school_days(first=58, last=2))
    jitter = {day: usual + campus.world.rng.randint(-4, 4) for day in days}
    errors = {day: campus.world.rng.choice((0, 0, 0, 1)) for day in days}
    job_id = campus.job(**schedule)
    Stream(campus, job_id, usual).send(counts=jitter, errors=errors, last_day=0)
    Stream(campus, campus.job(**schedule), usual, first_day=18).send(last_day=0)
    _classes(campus)


def _classes(campus: Campus) -> None:
    course = campus.course()
    students = [campus.user() for _ in range(6)]
    for student in students:
        campus.member(course, student)
    job_id = campus.job(direction="out", record_types="attendance_posting")
    for day in campus.school_days(first=56, last=1):
        session = campus.session(course, campus.at(day, "09:50"))
        for place, student in enumerate(students):
            absent = campus.world.rng.choice((0, 0, 0, 10, 50))
            params = {
                "attendanceID": session["attendance_id"],
                "userID": student["user_id"],
                "timeAttended": 50 - absent,
                "timeAbsent": absent,
            }
            campus.request(
                params,
                campus.at(day, "11:00") + timedelta(seconds=place),
                record_type="attendance_posting",
                operation="post",
                job_id=job_id,
            )


def _small_campus(world: World) -> None:
    """Few records, and volumes and error shares that jump from day to day."""
    campus, rng = world.campus(is_posting=False), world.rng
    users, job_id = [campus.user() for _ in range(18)], campus.job()
    failed: set[str] = set()
    for day in campus.school_days(first=58, last=1):
        for place, user in enumerate(rng.sample(users, rng.randint(1, len(users)))):
            is_failed = user["user_id"] not in failed and rng.random() < 0.05
            if is_failed:
                failed.add(user["user_id"])
            campus.request(
                user_params(user),
                campus.at(day, "04:00") + timedelta(seconds=place),
                job_id=job_id,
                **(KNOWN_ERROR if is_failed else {}),
            )


def write_world(world: World, drop: Path) -> None:
    """Write the drop folder: two snapshots of each roster, the log in many files."""
    for table, columns in COLUMNS.items():
        rows = world.rows.get(table, [])
        if table == "api_requests":
            for number in range(_FILES):
                own = rows[number::_FILES]
                _write(drop / table / f"part-{number}.jsonl", own)
            continue
        if not rows:
            drop.mkdir(parents=True, exist_ok=True)
            (drop / f"{table}.csv").write_text(",".join(columns) + "\n")
            continue
        for at, known in _snapshots(world, table, rows):
            _write(drop / table / f"snapshot={at:%Y%m%dT%H%M%SZ}" / "rows.jsonl", known)


def _snapshots(
    world: World, table: str, rows: list[Row]
) -> list[tuple[datetime, list[Row]]]:
    def is_gone(row: Row) -> bool:
        return (table, str(row[COLUMNS[table][0]])) in world.gone

    known = [
        row
        for row in rows
        if (row.get("created_at") or FIRST_SNAPSHOT) <= FIRST_SNAPSHOT
    ]
    first = [_as_known_at(row, FIRST_SNAPSHOT) for row in known]
    newest = [row for row in rows if not is_gone(row)]
    return [(FIRST_SNAPSHOT, first), (NEWEST_SNAPSHOT, newest)]


def _as_known_at(row: Row, at: datetime) -> Row:
    """What a record had been by then."""
    later = {
        name: row["created_at"] if name == "updated_at" else None
        for name in ("updated_at", "archived_at")
        if row.get(name) and row[name] > at
    }
    return {**row, **later}


def _write(path: Path, rows: list[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, default=datetime.isoformat) + "\n")
