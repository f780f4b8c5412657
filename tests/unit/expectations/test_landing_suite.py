"""Each landing check fails on the fault it is for, and on nothing less."""

import json
from pathlib import Path

import pytest
from landed_world import DAY, MONDAY, Delivery, LandedWorld

from expectations.errors import CheckRunError
from expectations.landing.checks import CHECKS
from expectations.landing.suite import check_landing
from expectations.results import CheckResult, Severity


@pytest.fixture
def world(tmp_path: Path) -> LandedWorld:
    return LandedWorld(tmp_path / "landing")


def failed(world: LandedWorld, batch: int) -> dict[str, CheckResult]:
    results = check_landing(world.landing, batch=batch)
    assert [result.check for result in results] == [check.name for check in CHECKS]
    return {result.check: result for result in results if not result.passed}


def snapshot(rows: int, *, day: int, **given: object) -> Delivery:
    name = f"users/snapshot={day}/users.csv"
    at = MONDAY + day * DAY
    return Delivery("users", landed=rows, snapshot_at=at, name=name, **given)


def log(rows: int, *, day: int) -> Delivery:
    return Delivery(
        "api_requests",
        landed=rows,
        requested_from=MONDAY + day * DAY,
        requested_to=MONDAY + day * DAY + DAY / 2,
        name=f"api_requests/day={day}.jsonl",
    )


def test_a_whole_batch_passes_every_check(world: LandedWorld) -> None:
    batch = world.land(
        Delivery("campuses", snapshot_at=MONDAY),
        snapshot(30, day=0),
        log(200, day=0),
    )

    assert failed(world, batch) == {}


def test_a_batch_that_is_not_there_has_no_results(world: LandedWorld) -> None:
    world.land(log(3, day=0))

    assert check_landing(world.landing, batch=2) == []


def test_a_batch_of_files_read_before_has_no_results(world: LandedWorld) -> None:
    world.land(log(3, day=0))
    batch = world.land(Delivery("api_requests", outcome="unchanged"))

    assert check_landing(world.landing, batch=batch) == []


def test_a_lost_column_is_named(world: LandedWorld) -> None:
    lost = ("time_zone", "name")
    batch = world.land(Delivery("campuses", snapshot_at=MONDAY, lost_columns=lost))

    result = failed(world, batch)["contract_columns_landed"]

    assert result.severity is Severity.BLOCKING
    assert json.loads(result.failing_rows[0]) == {
        "source_name": "platform",
        "table_name": "campuses",
        "columns_missing": "name, time_zone",
    }


def test_a_lost_line_names_its_file(world: LandedWorld) -> None:
    batch = world.land(Delivery("campuses"), Delivery("users", lost_lines=1))

    result = failed(world, batch)["lines_accounted_for"]

    assert result.severity is Severity.BLOCKING
    assert result.observed == "1 of 2 tables against it"
    row = json.loads(result.failing_rows[0])
    assert (row["unaccounted_file"], row["unaccounted_lines"]) == ("users.csv", 1)


@pytest.mark.parametrize("folder", ["users", "_quarantine"])
def test_a_lost_parquet_file_is_lost_lines(world: LandedWorld, folder: str) -> None:
    batch = world.land(Delivery("users", landed=30, quarantined=1))
    world.parquet(batch, folder)[0].unlink()

    assert "lines_accounted_for" in failed(world, batch)


def test_gaps_of_two_files_do_not_cancel_out(world: LandedWorld) -> None:
    batch = world.land(
        Delivery("users", lost_lines=2), Delivery("users", lost_lines=-2, name="b.csv")
    )

    row = json.loads(failed(world, batch)["lines_accounted_for"].failing_rows[0])

    assert row["unaccounted_lines"] == 4


@pytest.mark.parametrize(
    ("landed", "quarantined", "is_blocked"),
    [(49, 51, True), (50, 50, False), (0, 99, False), (2, 3, False)],
)
def test_a_table_mostly_in_quarantine_blocks_if_it_is_large_enough(
    world: LandedWorld, landed: int, quarantined: int, *, is_blocked: bool
) -> None:
    batch = world.land(Delivery("users", landed=landed, quarantined=quarantined))

    found = failed(world, batch)

    assert ("most_rows_readable" in found) is is_blocked
    assert "few_rows_quarantined" in found
    blocking = {
        name for name, result in found.items() if result.severity is Severity.BLOCKING
    }
    assert blocking == ({"most_rows_readable"} if is_blocked else set())


@pytest.mark.parametrize(("quarantined", "is_warned"), [(5, False), (6, True)])
def test_quarantine_above_five_per_cent_warns(
    world: LandedWorld, quarantined: int, *, is_warned: bool
) -> None:
    batch = world.land(
        Delivery("users", landed=100 - quarantined, quarantined=quarantined)
    )

    found = failed(world, batch)

    assert list(found) == (["few_rows_quarantined"] if is_warned else [])
    if is_warned:
        result = found["few_rows_quarantined"]
        assert result.severity is Severity.WARNING
        assert json.loads(result.failing_rows[0])["quarantined_share"] == 0.06


@pytest.mark.parametrize(
    ("before", "after", "is_warned"),
    [(20, 9, True), (20, 10, False), (19, 1, False), (20, 0, True)],
)
def test_a_roster_that_halves_warns(
    world: LandedWorld, before: int, after: int, *, is_warned: bool
) -> None:
    world.land(snapshot(before, day=0))
    batch = world.land(snapshot(after, day=1))

    assert list(failed(world, batch)) == (["roster_rows_kept"] if is_warned else [])


def test_the_worst_of_several_snapshots_in_one_batch_is_judged(
    world: LandedWorld,
) -> None:
    sizes = [10, 1, 40, 12, 60]
    batch = world.land(*(snapshot(rows, day=day) for day, rows in enumerate(sizes)))

    row = json.loads(failed(world, batch)["roster_rows_kept"].failing_rows[0])

    assert (row["roster_rows"], row["previous_roster_rows"]) == (12, 40)


def test_a_referenced_part_belongs_to_the_new_snapshot(world: LandedWorld) -> None:
    old = Delivery("users", landed=30, snapshot_at=MONDAY, name="users/a.csv")
    world.land(old)
    batch = world.land(
        Delivery("users", landed=2, snapshot_at=MONDAY + DAY, name="users/b.csv"),
        Delivery(
            "users",
            landed=30,
            snapshot_at=MONDAY + DAY,
            name="users/a.csv",
            outcome="referenced",
        ),
    )

    assert failed(world, batch) == {}


@pytest.mark.parametrize(
    ("batches_before", "rows", "is_warned"),
    [(7, 9, True), (7, 10, False), (7, 1001, True), (7, 1000, False), (6, 9, False)],
)
def test_a_log_far_from_its_usual_volume_warns(
    world: LandedWorld, batches_before: int, rows: int, *, is_warned: bool
) -> None:
    for day in range(batches_before):
        world.land(log(100, day=day))
    batch = world.land(log(rows, day=batches_before))

    found = failed(world, batch)

    assert list(found) == (["log_volume_steady"] if is_warned else [])
    if is_warned:
        assert found["log_volume_steady"].table_name == "api_requests"
        assert json.loads(found["log_volume_steady"].failing_rows[0])[
            "usual_rows"
        ] == pytest.approx(100)


def test_only_the_last_batches_say_what_is_usual(world: LandedWorld) -> None:
    for day in range(40):
        world.land(log(1000 if day < 12 else 10, day=day))
    batch = world.land(log(150, day=40))

    assert "log_volume_steady" in failed(world, batch)


@pytest.mark.parametrize(("day", "is_warned"), [(10, False), (11, True), (-30, False)])
def test_a_long_silence_in_the_log_warns(
    world: LandedWorld, day: int, *, is_warned: bool
) -> None:
    world.land(log(3, day=0))
    batch = world.land(log(3, day=day))

    assert list(failed(world, batch)) == (["log_without_silence"] if is_warned else [])


def test_an_unreadable_landed_file_is_an_error_not_a_failed_check(
    world: LandedWorld,
) -> None:
    batch = world.land(Delivery("users"))
    world.parquet(batch, "users")[0].write_bytes(b"PAR1 but no more")

    with pytest.raises(CheckRunError, match=r"batch 1 of .* cannot be checked"):
        check_landing(world.landing, batch=batch)
