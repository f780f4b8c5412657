"""What a batch brought is held against the batches before it: volumes and values."""

import json
from pathlib import Path

import pytest
from landed_world import DAY, MONDAY, Delivery, LandedWorld

from expectations.landing.suite import check_landing
from expectations.results import CheckResult, Severity


@pytest.fixture
def world(tmp_path: Path) -> LandedWorld:
    return LandedWorld(tmp_path / "landing")


def failed(world: LandedWorld, batch: int) -> dict[str, CheckResult]:
    results = check_landing(world.landing, batch=batch)
    return {result.check: result for result in results if not result.passed}


def first_row(result: CheckResult) -> dict[str, object]:
    row: dict[str, object] = json.loads(result.failing_rows[0])
    return row


def roster(rows: int, *, day: int, **values: str) -> Delivery:
    return Delivery(
        "users",
        landed=rows,
        snapshot_at=MONDAY + day * DAY,
        name=f"users/snapshot={day}/users.csv",
        values=values,
    )


def log(rows: int, *, day: int, **values: str) -> Delivery:
    at = MONDAY + day * DAY
    return Delivery(
        "api_requests",
        landed=rows,
        requested_from=at,
        requested_to=at + DAY / 2,
        name=f"api_requests/day={day}.jsonl",
        values=values,
    )


@pytest.mark.parametrize(
    ("nights", "before", "after", "is_warned"),
    [
        (7, 100, 50, False),
        (7, 100, 201, True),
        (6, 100, 201, False),
        (7, 19, 60, False),
    ],
)
def test_a_roster_far_from_its_usual_size_warns(
    world: LandedWorld, nights: int, before: int, after: int, *, is_warned: bool
) -> None:
    for day in range(nights):
        world.land(roster(before, day=day))
    batch = world.land(roster(after, day=nights))

    found = failed(world, batch)

    assert ("roster_volume_steady" in found) is is_warned
    if is_warned:
        result = found["roster_volume_steady"]
        assert result.severity is Severity.WARNING
        row = first_row(result)
        assert (row["table_name"], row["roster_rows"]) == ("users", after)
        assert row["usual_rows"] == pytest.approx(before)


def test_a_roster_that_shrinks_a_little_every_night_is_seen(world: LandedWorld) -> None:
    """No night loses half; four weeks lose three quarters."""
    for day in range(28):
        batch = world.land(roster(int(1000 * 0.94**day), day=day))

    assert list(failed(world, batch)) == ["roster_volume_steady"]


def test_only_the_last_snapshots_say_what_is_usual(world: LandedWorld) -> None:
    sizes = [1000] * 20 + [100] * 28
    world.land(*(roster(size, day=day) for day, size in enumerate(sizes)))
    batch = world.land(roster(150, day=len(sizes)))

    assert failed(world, batch) == {}


def sparse(percent: int) -> str:
    """Null in so many of a hundred rows."""
    return f"if(number % 100 < {percent}, null, number)"


@pytest.mark.parametrize(
    ("nights", "rows", "percent", "is_warned"),
    [
        (7, 100, 41, True),
        (7, 100, 40, False),
        (6, 100, 100, False),
    ],
)
def test_a_column_that_comes_empty_warns(
    world: LandedWorld, nights: int, rows: int, percent: int, *, is_warned: bool
) -> None:
    for day in range(nights):
        world.land(roster(100, day=day, email=sparse(10)))
    batch = world.land(roster(rows, day=nights, email=sparse(percent)))

    found = failed(world, batch)

    assert list(found) == (["column_fill_steady"] if is_warned else [])
    if is_warned:
        assert first_row(found["column_fill_steady"]) == {
            "table_name": "users",
            "column_name": "email",
            "null_share": 0.41,
            "nearest_null_share": 0.1,
            "null_share_shift": pytest.approx(0.31),
        }


def test_a_column_that_is_empty_by_turns_is_as_usual(world: LandedWorld) -> None:
    for day in range(9):
        batch = world.land(roster(100, day=day, email=sparse(90 if day % 2 else 5)))

    assert failed(world, batch) == {}


def users_in(percent: int) -> str:
    return f"if(number % 100 < {percent}, 'user', 'course')"


@pytest.mark.parametrize(
    ("nights", "rows", "percent", "is_warned"),
    [
        (7, 100, 51, True),
        (7, 100, 50, False),
        (6, 100, 100, False),
    ],
)
def test_another_mix_of_values_warns(
    world: LandedWorld, nights: int, rows: int, percent: int, *, is_warned: bool
) -> None:
    for day in range(nights):
        world.land(log(100, day=day, record_type=users_in(20)))
    batch = world.land(log(rows, day=nights, record_type=users_in(percent)))

    found = failed(world, batch)

    assert list(found) == (["value_mix_steady"] if is_warned else [])
    if is_warned:
        row = first_row(found["value_mix_steady"])
        assert row["column_name"] == "record_type"
        assert row["value_share"] == pytest.approx(
            {"user": 0.51, "course": 0.49}[str(row["value"])]
        )


def test_a_value_never_seen_before_warns(world: LandedWorld) -> None:
    for day in range(7):
        world.land(log(200, day=day, status="'success'"))
    batch = world.land(log(200, day=7, status="'error'"))

    found = failed(world, batch)

    assert found["value_mix_steady"].observed == "1 of 3 columns against it"
    assert first_row(found["value_mix_steady"])["mix_shift"] == 1


def test_jobs_that_come_by_turns_are_as_usual(world: LandedWorld) -> None:
    for day in range(9):
        batch = world.land(log(100, day=day, record_type=users_in(100 * (day % 2))))

    assert failed(world, batch) == {}


def test_files_of_earlier_batches_that_are_lost_are_no_history(
    world: LandedWorld,
) -> None:
    for day in range(7):
        world.land(log(100, day=day, status="'success'"))
    batch = world.land(log(100, day=7, status="'error'"))
    world.parquet(3, "api_requests")[0].unlink()

    assert "value_mix_steady" not in failed(world, batch)
