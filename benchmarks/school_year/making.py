"""Schools of every size, each with its share of faults, written as a drop folder."""

from __future__ import annotations

import csv
import gzip
import json
import random
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.school_year import (
    faults_jobs,
    faults_postings,
    faults_records,
    faults_requests,
    faults_rosters,
)
from benchmarks.school_year.faults import FAULTS, Fault
from benchmarks.school_year.life import live
from benchmarks.school_year.platform import (
    COLUMNS,
    Label,
    Platform,
    Row,
    School,
)

FAULT_MODULES = (
    faults_jobs,
    faults_postings,
    faults_records,
    faults_requests,
    faults_rosters,
)
# From a village school to one that is larger than all others together.
SIZES = (18, 45, 130, 260, 90, 30, 1_400, 60)
_PARTS = 7


def school_year(
    *, seed: int, copies: int, sizes: Sequence[int] = SIZES
) -> tuple[Platform, list[Label]]:
    """Make a world.

    Args:
        seed: what the world is drawn from.
        copies: how often each fault happens.
        sizes: of each school how many students it has; two schools at least.
    """
    platform = Platform(random.Random(seed))
    schools = []
    for number, size in enumerate(sizes):
        school = School.opened(platform, is_posting=number % 2 == 0)
        live(school, size)
        schools.append(school)
    dealt = [one for one in FAULTS for _ in range(copies)]
    platform.rng.shuffle(dealt)
    labels = []
    for one in dealt:
        school = _place(platform, schools, one)
        subject = one.inject(school)
        labels.append(Label(one.rule, one.name, one.fires, school.campus_id, subject))
    return platform, labels


def _place(platform: Platform, schools: list[School], fault: Fault) -> School:
    match fault.needs:
        case "empty":
            return School.opened(platform, is_posting=False)
        case "posting" | "no posting":
            wanted = fault.needs == "posting"
            return platform.rng.choice(
                [one for one in schools if one.is_posting is wanted]
            )
    return platform.rng.choice(schools)


def write_school_year(platform: Platform, drop: Path) -> None:
    """Write the drop folder: rosters as they were now and then, the log as it came.

    The log's parts are no order of time: what was asked early may come late, and a
    thirtieth of all requests comes twice.
    """
    _write_csv(drop / "campuses.csv", "campuses", platform.campuses)
    _write_csv(drop / "campus_admins.csv", "campus_admins", [])
    _write_csv(drop / "integration_jobs.csv", "integration_jobs", platform.jobs)
    for table, at, rows in platform.snapshots():
        folder = drop / table / f"snapshot={at:%Y%m%dT%H%M%SZ}"
        _write_csv(folder / f"{table}.csv", table, rows)
    rng = random.Random(len(platform.log))
    again = rng.sample(platform.log, len(platform.log) // 30)
    rows = [*platform.log, *again]
    rng.shuffle(rows)
    for part in range(_PARTS):
        path = drop / "api_requests" / f"delivery-{part}.jsonl.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as file:
            for row in rows[part::_PARTS]:
                file.write(json.dumps(_logged(row, rng)) + "\n")


def _logged(row: Row, rng: random.Random) -> Row:
    """Params come as JSON, or as text that holds it."""
    own = {**row, "requested_at": row["requested_at"].isoformat()}
    if rng.random() < 0.5:
        own["params"] = json.dumps(row["params"])
    return own


def _write_csv(path: Path, table: str, rows: list[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS[table], restval="")
        writer.writeheader()
        writer.writerows(
            {key: _text(value) for key, value in row.items()} for row in rows
        )


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    return value
