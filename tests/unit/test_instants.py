"""Instants as people write them on a command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orchestration.errors import BadInputError
from orchestration.instants import parse_instant
from orchestration.run_parameters import RunParameters

SIX = datetime(2026, 3, 20, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-20T06:00:00Z", SIX),
        ("2026-03-20T06:00:00", SIX),
        ("2026-03-20 06:00:00", SIX),
        ("2026-03-20T06:00", SIX),
        (" 2026-03-20T06:00:00Z ", SIX),
        ("2026-03-20T06:00:00+00:00", SIX),
        ("2026-03-20T00:00:00-06:00", SIX),
        ("2026-03-20T11:30:00+05:30", SIX),
        ("2026-03-20", datetime(2026, 3, 20, tzinfo=UTC)),
        ("2026-03-20T06:00:00.000001Z", SIX + timedelta(microseconds=1)),
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("2100-12-31T23:59:59Z", datetime(2100, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_an_instant_is_utc_where_nothing_is_said(text: str, expected: datetime) -> None:
    found = parse_instant(text, name="--as-of")

    assert found == expected
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "now",
        "today",
        "infinity",
        "epoch",
        "2026-02-30",
        "2026-13-01",
        "2026-03-20T25:00:00Z",
        "2026-03-20T06:00:00+24:00",
        "2026-03-20T06:00:00 America/Denver",
        "20/03/2026",
        "1969-12-31T23:59:59Z",
        "2101-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:00",
        "9999-12-31T23:59:59-23:00",
    ],
)
def test_what_is_no_time_is_bad_input(text: str) -> None:
    with pytest.raises(BadInputError, match="--range-start") as told:
        parse_instant(text, name="--range-start")

    assert f"'{text}' is no time" in str(told.value)


def parameters(**given: datetime | None) -> RunParameters:
    return RunParameters.resolve(
        source=Path("drop"),
        as_of=SIX,
        range_start=given.get("range_start"),
        range_end=given.get("range_end"),
        range_days=7,
    )


def test_the_range_is_the_week_before_as_of() -> None:
    found = parameters()

    assert (found.range_start, found.range_end) == (SIX - timedelta(days=7), SIX)


def test_either_end_of_the_range_may_be_given() -> None:
    start = SIX - timedelta(days=30)

    assert parameters(range_start=start).range_end == SIX
    assert parameters(range_end=start).range_start == start - timedelta(days=7)
    both = parameters(range_start=start, range_end=SIX)
    assert (both.range_start, both.range_end) == (start, SIX)


def test_an_empty_range_is_allowed_and_one_that_runs_backwards_is_not() -> None:
    assert parameters(range_start=SIX, range_end=SIX).range_start == SIX

    with pytest.raises(BadInputError, match="is after --range-end") as told:
        parameters(range_start=SIX + timedelta(microseconds=1))

    assert "2026-03-20T06:00:00" in str(told.value)
