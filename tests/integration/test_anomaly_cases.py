"""Each rule on both sides of its thresholds: one world of cases, built once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import duckdb
import pytest

from benchmarks.labelled import AS_OF, CASES, Case, Label, labelled_world, write_world
from benchmarks.labelled.world import FIRST_SNAPSHOT, NEWEST_SNAPSHOT
from benchmarks.quality import LEAST_CASES, Key, Score, found_anomalies, scores_of
from support.compiled import CompiledProject
from support.worlds import built_world, rows


@dataclass(frozen=True, slots=True)
class Found:
    """What was put into the world, and what the rules say of it."""

    connection: duckdb.DuckDBPyConnection
    labels: dict[tuple[str, str], Label]
    keys: set[Key]


@pytest.fixture(scope="module")
def found(
    project: CompiledProject, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Found]:
    folder = tmp_path_factory.mktemp("cases")
    world, labels = labelled_world(seed=5, copies=1, with_traffic=False)
    write_world(world, folder / "drop")
    with built_world(
        project,
        folder / "drop",
        folder / "home",
        as_of=AS_OF,
        range_start=AS_OF - timedelta(days=7),
        range_end=AS_OF,
    ) as connection:
        by_case = {(label.rule, label.case): label for label in labels}
        yield Found(connection, by_case, found_anomalies(connection))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_fires_where_it_must(found: Found, case: Case) -> None:
    label = found.labels[case.rule, case.name]

    assert ((case.rule, label.campus_id, label.subject) in found.keys) is case.fires


def test_nothing_else_is_found(found: Found) -> None:
    told = {(one.rule, one.campus_id, one.subject) for one in found.labels.values()}

    assert found.keys - told == set()


def test_every_rule_has_cases_on_both_sides(found: Found) -> None:
    rules = {row["rule"] for row in rows(found.connection, "from seeds.anomaly_rules")}

    assert len(rules) == 17
    assert {case.rule for case in CASES if case.fires} == rules
    assert {case.rule for case in CASES if not case.fires} == rules


def test_an_administrator_can_read_and_act_on_every_finding(found: Found) -> None:
    for row in rows(found.connection, "from reports.sync_anomalies"):
        assert row["severity"] in ("info", "warning", "critical")
        assert row["next_step_owner"] in ("school", "vendor", "platform")
        assert row["next_step"].endswith(".")
        assert row["title"].endswith(".")
        assert "\n" not in row["title"]
        assert row["is_open"] is (row["resolved_at"] is None)
        assert row["first_seen_at"] <= row["last_seen_at"] <= AS_OF
        assert row["occurrences"] >= 1


def test_an_event_ends_after_fourteen_days(found: Found) -> None:
    storms = rows(
        found.connection, "from reports.sync_anomalies where rule = 'retry_storm'"
    )
    days = [(AS_OF - row["last_seen_at"]).days for row in storms]

    assert min(days) < 14 < max(days)
    for row, age in zip(storms, days, strict=True):
        assert row["is_open"] is (age < 14)
        if not row["is_open"]:
            assert row["resolved_at"] == row["last_seen_at"] + timedelta(days=14)


def test_a_healed_record_keeps_its_row(found: Found) -> None:
    label = found.labels["persistent_error", "healed since"]
    (row,) = rows(
        found.connection,
        "from reports.sync_anomalies where rule = 'persistent_error'"
        " and record_key = $1",
        [label.subject],
    )

    assert row["resolved_at"] > row["last_seen_at"]
    assert row["occurrences"] == 3


def test_a_record_that_flaps_no_more_keeps_its_row(found: Found) -> None:
    label = found.labels[
        "flapping_record", "the first of four changes before the 14 days"
    ]
    (row,) = rows(
        found.connection,
        "from reports.sync_anomalies where rule = 'flapping_record'"
        " and record_key = $1",
        [label.subject],
    )

    assert row["resolved_at"] == row["first_seen_at"] + timedelta(days=14)
    assert row["resolved_at"] < AS_OF
    assert row["occurrences"] == 4


def test_a_job_that_ran_again_keeps_the_row_of_what_it_missed(found: Found) -> None:
    label = found.labels["missed_schedule", "missed one day and ran the next"]
    missed = rows(
        found.connection,
        "from reports.sync_anomalies where rule = 'missed_schedule'"
        " and job_id = $1 order by first_seen_at desc",
        [label.subject],
    )

    due_at = AS_OF - timedelta(hours=5, days=2)
    assert missed[0]["first_seen_at"] == missed[0]["last_seen_at"] == due_at
    assert missed[0]["resolved_at"] == due_at + timedelta(days=1)
    assert {row["is_open"] for row in missed} == {False}
    # Overdue also from the first snapshot to its first request: 1 to 25 March.
    assert [row["occurrences"] for row in missed] == [1, 25]


def test_an_enrollment_archived_late_keeps_its_row(found: Found) -> None:
    case = "an enrollment archived long after its course"
    label = found.labels["orphan_member", case]
    (row,) = rows(
        found.connection,
        "from reports.sync_anomalies where rule = 'orphan_member' and record_key = $1",
        [label.subject],
    )

    assert row["first_seen_at"] < row["last_seen_at"] == FIRST_SNAPSHOT
    assert row["resolved_at"] == NEWEST_SNAPSHOT
    assert row["is_open"] is False


def test_a_score_fails_below_its_gate_and_without_enough_cases() -> None:
    key = ("retry_storm", "C1", "user:{}")
    labels = [
        Label(key[0], "storm", number < LEAST_CASES, "C1", f"user:{number}")
        for number in range(2 * LEAST_CASES)
    ]
    right = {(*key[:2], f"user:{number}") for number in range(LEAST_CASES)}

    def score(found: set[Key], labels: list[Label] = labels) -> Score:
        return next(one for one in scores_of(labels, found) if one.rule == key[0])

    assert score(right).passes
    assert not score(right, labels[1:]).passes
    assert score(right - {min(right)}).recall == 1 - 1 / LEAST_CASES
    assert not score(right - {min(right)}).passes
    wrong = score(right | {(*key[:2], "user:39")})
    assert (wrong.surplus, wrong.passes) == (("storm",), False)
    assert wrong.precision == LEAST_CASES / (LEAST_CASES + 1)
