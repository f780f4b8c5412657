"""Every rule about syncs on drawn worlds, against the slow plain oracle.

Drawn worlds are small: so low thresholds are compiled, which the rules reach.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, seed, settings

import oracle
import worlds
from benchmarks.labelled import AS_OF as CASES_AS_OF
from benchmarks.labelled import CASES, labelled_world, write_world
from oracle.anomalies import RULES, find_anomalies
from oracle.anomaly_model import Entry, Thresholds, scene_of
from support.anomalies import COLUMNS, LOW, comparable
from support.compiled import CompiledProject
from support.worlds import built_drawn_world, built_world, rows


@pytest.fixture(scope="module")
def low_project(tmp_path_factory: pytest.TempPathFactory) -> CompiledProject:
    folder = tmp_path_factory.mktemp("low")
    whole = CompiledProject.compile(folder, anomaly_thresholds=LOW.as_vars())
    return whole.making("reports.sync_anomalies")


def differences(
    project: CompiledProject, world: worlds.DrawnWorld, hit: Counter[str]
) -> list[str]:
    """What only the warehouse, or only the oracle, finds in a world."""
    folder = Path(tempfile.mkdtemp(prefix="anomalies-"))
    try:
        worlds.write_drop(world, folder / "drop")
        read = oracle.read_drop(folder / "drop", as_of=world.as_of)
        found = find_anomalies(read, as_of=world.as_of, thresholds=LOW)
        with built_drawn_world(project, world, folder) as connection:
            published = rows(
                connection,
                f"select {', '.join(COLUMNS)}, anomaly_id from reports.sync_anomalies",
            )
    finally:
        shutil.rmtree(folder)
    ids = {row["anomaly_id"] for row in published}
    assert len(ids) == len(published)
    hit.update(one.rule for one in found)
    hit.update(f"{one.rule}: ended" for one in found if one.resolved_at)
    expected = comparable(astuple(one) for one in found)
    actual = comparable(tuple(row.values())[:-1] for row in published)
    return [
        *(f"missing: {values}" for values in (expected - actual).elements()),
        *(f"surplus: {values}" for values in (actual - expected).elements()),
    ]


def check(
    project: CompiledProject, world: worlds.DrawnWorld, hit: Counter[str]
) -> None:
    """Compare; of a failing world only the lines that it needs are told."""
    if differences(project, world, hit):
        least = worlds.reduced(
            world, lambda less: bool(differences(project, less, Counter()))
        )
        found = "\n".join(differences(project, least, Counter()))
        pytest.fail(f"{found}\nin {least!r}")


# What is told of days needs weeks of traffic, for which the oracle is too slow.
DAILY = ("volume_drop", "volume_spike", "error_rate_spike", "mass_change")
WITHOUT_DAYS = [case for case in CASES if case.rule not in (*DAILY, "missed_schedule")]


@pytest.fixture(scope="module")
def cases(
    project: CompiledProject, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[oracle.World, duckdb.DuckDBPyConnection]]:
    """With the thresholds that are shipped, on both sides of each."""
    folder = tmp_path_factory.mktemp("cases")
    world, _ = labelled_world(seed=7, copies=1, with_traffic=False, cases=WITHOUT_DAYS)
    write_world(world, folder / "drop")
    with built_world(
        project,
        folder / "drop",
        folder / "home",
        as_of=CASES_AS_OF,
        range_start=CASES_AS_OF - timedelta(days=7),
        range_end=CASES_AS_OF,
    ) as connection:
        yield oracle.read_drop(folder / "drop", as_of=CASES_AS_OF), connection


def test_cases_show_the_anomalies_that_the_oracle_finds(
    cases: tuple[oracle.World, duckdb.DuckDBPyConnection],
) -> None:
    read, connection = cases
    found = find_anomalies(read, as_of=CASES_AS_OF)

    published = rows(
        connection, f"select {', '.join(COLUMNS)} from reports.sync_anomalies"
    )

    expected = comparable(astuple(one) for one in found)
    ended = {one.rule for one in found if one.resolved_at}
    assert ended >= {"silent_loss", "silent_drift", "duplicate_identifier"}
    assert {one.rule for one in found} == {case.rule for case in WITHOUT_DAYS}
    assert comparable(tuple(row.values()) for row in published) == expected


def test_errors_are_counted_in_the_range_and_in_the_one_before(
    cases: tuple[oracle.World, duckdb.DuckDBPyConnection],
) -> None:
    read, connection = cases
    begins, length = CASES_AS_OF - timedelta(days=17), timedelta(days=14)
    failures: dict[tuple[str, str | None], list[Entry]] = {}
    for one in scene_of(read, as_of=CASES_AS_OF, thresholds=Thresholds()).entries:
        if one.is_error and begins - length <= one.at < begins + length:
            error = one.attempt.error_code or one.attempt.message
            failures.setdefault((one.attempt.campus_id, error), []).append(one)

    counted = {
        (row["campus_id"], row["error_code"] or row["message"]): (
            *(row["error_count"], row["distinct_records"]),
            *(row["earlier_error_count"], row["first_seen_at"], row["last_seen_at"]),
        )
        for row in rows(
            connection,
            "from reports.top_errors_between(null, $1, $2)",
            [begins, begins + length],
        )
    }

    expected = {}
    for place, all_ in failures.items():
        own = [one for one in all_ if one.at >= begins]
        if own:
            records, earlier = {one.record for one in own}, len(all_) - len(own)
            times = (own[0].at, own[-1].at)
            expected[place] = (len(own), len(records), earlier, *times)
    assert counted == expected
    assert any(earlier for _, _, earlier, *_ in counted.values())


@seed(20261126)
@settings(worlds.SETTINGS, max_examples=8)
@given(world=worlds.worlds(max_requests=40))
def test_a_few_worlds_show_the_anomalies_that_the_oracle_finds(
    low_project: CompiledProject, world: worlds.DrawnWorld
) -> None:
    check(low_project, world, Counter())


@pytest.mark.slow
def test_many_worlds_show_the_anomalies_that_the_oracle_finds(
    low_project: CompiledProject,
) -> None:
    hit: Counter[str] = Counter()

    @seed(20261127)
    @settings(worlds.SETTINGS, max_examples=90)
    @given(world=worlds.worlds())
    def compare(world: worlds.DrawnWorld) -> None:
        check(low_project, world, hit)

    compare()

    # A student enrolled in a session's course is rarely drawn, and so is a record that
    # nobody updated: the cases have some.
    rules = {rule.__name__ for rule in RULES}
    assert rules - set(hit) <= {"posting_missing", "silent_drift"}
    for rule in (
        *("persistent_error", "flapping_record", "orphan_member"),
        *("silent_loss", "duplicate_identifier"),
    ):
        assert hit[f"{rule}: ended"]
