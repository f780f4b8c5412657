"""Demo worlds to measure on, and what is asked of the product on them."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.measuring import Cost, measure
from orchestration.home import Home

ROLLBOOK = Path(sys.executable).with_name("rollbook")
# The demo's worlds all end here.
AS_OF = "2026-03-30T06:00:00Z"
REQUESTS_PER_CAMPUS = 50_000
_LOG = "api_requests"
# The last Friday, two days of weekend, and the Monday's morning.
_LAST_DAYS = 4
_ASKED_TIMES = 25


@dataclass(frozen=True, slots=True)
class World:
    """A demo world: how large it is, where it lies, and what making it cost."""

    requests: int
    drop: Path
    cost: Cost


def make_world(folder: Path, *, requests: int, days: int) -> World:
    """Have the demo write a world; its size gives the number of campuses."""
    drop = folder / "drop"
    campuses = max(2, requests // REQUESTS_PER_CAMPUS)
    cost = measure(
        [
            *(ROLLBOOK, "demo", drop),
            *("--requests", str(requests)),
            *("--days", str(days)),
            *("--campuses", str(campuses)),
        ]
    )
    return World(requests, drop, cost)


def run_job(drop: Path, home: Home) -> Cost:
    """Run the main job."""
    return measure(
        [ROLLBOOK, "run", "--source", drop, "--home", home.root, "--as-of", AS_OF]
    )


def without_last_school_day(world: World, drop: Path) -> Path:
    """Link the world to another folder, up to the log of its last school day.

    Returns the folder of that day, relative to the drop folder. The world ends on a
    Monday morning, after a weekend with a tenth of a school day's requests.
    """
    left_out = sorted(path.name for path in (world.drop / _LOG).iterdir())[-_LAST_DAYS:]
    shutil.copytree(
        world.drop,
        drop,
        copy_function=os.link,
        ignore=lambda _folder, names: [name for name in names if name in left_out],
    )
    return Path(_LOG) / left_out[0]


def add_day(world: World, drop: Path, missing: Path) -> None:
    """Bring what ``without_last_school_day`` returned."""
    shutil.copytree(world.drop / missing, drop / missing, copy_function=os.link)


def week_of_a_campus_ms(home: Home) -> float:
    """Milliseconds of the busiest campus's member log of seven days: the median."""
    with duckdb.connect(str(home.published_file), read_only=True) as connection:
        busiest = connection.execute(
            "select mode(campus_id) from reports.course_member_sync_log"
        ).fetchall()[0][0]
        taken = []
        for _ in range(_ASKED_TIMES):
            clock = time.perf_counter()
            connection.execute(
                "from reports.course_member_sync_log_between("
                f"$1, timestamptz '{AS_OF}' - interval 7 days, '{AS_OF}')",
                [busiest],
            ).fetchall()
            taken.append(1000 * (time.perf_counter() - clock))
    return statistics.median(taken)


def published_bytes(home: Home) -> int:
    """The size of the published file."""
    return home.published_file.resolve().stat().st_size
