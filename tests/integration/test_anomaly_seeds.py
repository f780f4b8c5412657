"""What a school writes into the seeds of the rules: thresholds and blackout periods."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, seed, settings

import oracle
import worlds
from benchmarks.labelled import AS_OF, write_world
from benchmarks.labelled.streams import Stream
from benchmarks.labelled.world import Campus, World, user_params
from oracle.anomalies import find_anomalies
from oracle.anomaly_model import Thresholds
from support.anomalies import COLUMNS, LOW, comparable
from support.compiled import CompiledProject
from support.worlds import built_drawn_world, built_world, rows
from worlds.pools import CAMPUSES

NIGHTLY = {"schedule_cron": "0 3 * * *"}


def written(folder: Path, name: str, lines: list[str]) -> Path:
    file = folder / f"{name}.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def overridden(
    project: CompiledProject, tmp_path_factory: pytest.TempPathFactory
) -> CompiledProject:
    """Every threshold is low at the first campus alone."""
    lines = [f"{CAMPUSES[0]},{name},{value}" for name, value in LOW.as_vars().items()]
    lines = ["campus_id,threshold,threshold_value", *lines]
    folder = tmp_path_factory.mktemp("thresholds")
    seeded = project.with_seed(
        "anomaly_thresholds", written(folder, "thresholds", lines)
    )
    return seeded.making("reports.sync_anomalies")


@seed(20261128)
@settings(worlds.SETTINGS, max_examples=12)
@given(world=worlds.worlds(max_requests=40))
def test_thresholds_of_the_seed_count_at_their_campus_alone(
    overridden: CompiledProject,
    world: worlds.DrawnWorld,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("world")
    worlds.write_drop(world, folder / "drop")
    read = oracle.read_drop(folder / "drop", as_of=world.as_of)
    expected = [
        one
        for limits, is_first in ((LOW, True), (Thresholds(), False))
        for one in find_anomalies(read, as_of=world.as_of, thresholds=limits)
        if (one.campus_id == CAMPUSES[0]) is is_first
    ]

    with built_drawn_world(overridden, world, folder) as connection:
        published = rows(
            connection, f"select {', '.join(COLUMNS)} from reports.sync_anomalies"
        )
    shutil.rmtree(folder)

    assert comparable(tuple(row.values()) for row in published) == comparable(
        astuple(one) for one in expected
    )


@dataclass(frozen=True)
class Breaks:
    """Three campuses with the same jobs and different breaks."""

    connection: duckdb.DuckDBPyConnection
    jobs: dict[tuple[str, str], str]

    def found(self, campus: str, job: str) -> list[dict[str, Any]]:
        """What the rules say of one job, the oldest first."""
        return rows(
            self.connection,
            "from reports.sync_anomalies where job_id = $1 order by first_seen_at",
            [self.jobs[campus, job]],
        )


def at_night(campus: Campus, job_id: str, day: date) -> None:
    """Send one user when a nightly job is due."""
    at = datetime.combine(day, time(3), UTC)
    campus.request(user_params(campus.user()), at, job_id=job_id)


@pytest.fixture(scope="module")
def breaks(
    project: CompiledProject, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Breaks]:
    world, jobs = World(random.Random(1)), {}
    # The median of these weekdays is 45 with the two high ones, else 30.
    high = {date(2026, 3, 3): 60, date(2026, 3, 10): 60}
    for name in ("whole", "none", "part"):
        campus = world.campus("UTC")
        for job, counts in (
            ("drop", {date(2026, 3, 25): 10}),
            ("spike", {date(2026, 3, 26): 70}),
            ("uneven", {**high, date(2026, 3, 24): 20}),
        ):
            stream = Stream(campus, campus.job(), usual=30)
            ago = {(campus.today - day).days: count for day, count in counts.items()}
            stream.send(counts=ago)
            jobs[name, job] = stream.job_id

        silent, late = campus.job(**NIGHTLY), campus.job(**NIGHTLY)
        jobs[name, "silent"], jobs[name, "late"] = silent, late
        for day in (date(2026, 2, 28) + timedelta(days=place) for place in range(31)):
            if day <= date(2026, 3, 27):
                at_night(campus, silent, day)
            if day not in (date(2026, 3, 12), date(2026, 3, 19)):
                at_night(campus, late, day)

    folder = tmp_path_factory.mktemp("breaks")
    seeded = project.with_seed(
        "blackout_periods",
        written(
            folder,
            "blackouts",
            [
                "campus_id,from_date,to_date,reason",
                "C001,2026-03-03,2026-03-10,ski holidays",
                "C001,2026-03-19,2026-03-19,storm",
                "C001,2026-03-25,2026-03-26,conference",
                "C001,2026-03-28,2026-03-30,spring break",
                "C003,2026-03-25,2026-03-25,conference",
                "C003,2026-03-28,2026-03-29,spring break",
                ",2026-03-12,2026-03-12,holiday of all campuses",
            ],
        ),
    )
    write_world(world, folder / "drop")
    with built_world(
        seeded.making("reports.sync_anomalies"),
        folder / "drop",
        folder / "home",
        as_of=AS_OF,
        range_start=AS_OF - timedelta(days=7),
        range_end=AS_OF,
    ) as connection:
        yield Breaks(connection, jobs)


@pytest.mark.parametrize(
    ("job", "rule", "is_found"),
    [
        ("drop", "volume_drop", {"whole": False, "none": True, "part": False}),
        ("spike", "volume_spike", {"whole": False, "none": True, "part": True}),
        ("uneven", "volume_drop", {"whole": False, "none": True, "part": True}),
    ],
)
def test_volumes_of_a_break_are_neither_judged_nor_usual(
    breaks: Breaks, job: str, rule: str, is_found: dict[str, bool]
) -> None:
    for campus, expected in is_found.items():
        told = [row["rule"] for row in breaks.found(campus, job)]
        assert told == ([rule] if expected else []), campus


def test_a_job_that_is_silent_in_a_break_missed_nothing(breaks: Breaks) -> None:
    (row,) = breaks.found("none", "silent")

    assert breaks.found("whole", "silent") == []
    assert (row["first_seen_at"].day, row["occurrences"]) == (28, 3)


def test_nights_of_a_break_are_not_among_those_that_were_missed(
    breaks: Breaks,
) -> None:
    (row,) = breaks.found("part", "silent")

    assert row["first_seen_at"] == row["last_seen_at"]
    assert row["first_seen_at"] == datetime(2026, 3, 30, 3, tzinfo=UTC)
    assert row["occurrences"] == 1
    assert row["is_open"]


def test_what_a_job_missed_in_the_past_leaves_breaks_out(breaks: Breaks) -> None:
    """12 March was a holiday everywhere, the 19th at one campus."""
    missed = {
        campus: [row["first_seen_at"].day for row in breaks.found(campus, "late")]
        for campus in ("whole", "none", "part")
    }

    assert missed == {"whole": [], "none": [19], "part": [19]}
