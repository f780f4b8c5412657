"""What is a time, and what is none (contract, section 1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from support.drops import SmallDrop, course, csv_text, text_in

MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)

ACCEPTED = {
    "2026-03-01T00:00:00Z": MIDNIGHT,
    "2026-03-01 00:00:00Z": MIDNIGHT,
    "2026-03-01T00:00:00": MIDNIGHT,
    "2026-03-01 00:00:00": MIDNIGHT,
    "2026-03-01T00:00:00+00:00": MIDNIGHT,
    "2026-03-01T00:00:00-00:00": MIDNIGHT,
    "2026-03-01T00:00:00.000000+00:00": MIDNIGHT,
    " \t2026-03-01T00:00:00Z\r\n": MIDNIGHT,
    "2026-03-01T05:30:00+05:30": MIDNIGHT,
    "2026-02-28T16:30:00-07:30": MIDNIGHT,
    "2026-03-01T14:00:00+14:00": MIDNIGHT,
    "2026-03-01T23:59:00+23:59": MIDNIGHT,
    "2026-02-28T00:01:00-23:59": MIDNIGHT,
    "2026-03-01T00:00:00.1": MIDNIGHT + timedelta(microseconds=100_000),
    "2026-03-01T00:00:00.12345Z": MIDNIGHT + timedelta(microseconds=123_450),
    "2026-03-01 00:00:00.000001Z": MIDNIGHT + timedelta(microseconds=1),
    "2026-02-28T23:59:59.999999Z": MIDNIGHT - timedelta(microseconds=1),
    "2024-02-29T00:00:00Z": datetime(2024, 2, 29, tzinfo=UTC),
    "2000-02-29T00:00:00Z": datetime(2000, 2, 29, tzinfo=UTC),
    "1970-01-01T00:00:00Z": datetime(1970, 1, 1, tzinfo=UTC),
    "2100-12-31T23:59:59.999999Z": datetime(
        2100, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC
    ),
}

REFUSED = [
    "1969-12-31T23:59:59Z",
    "1969-12-31T23:00:00-02:00",
    "1900-01-01T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "2101-01-01T00:00:00Z",
    "2101-01-01T00:00:00+01:00",
    "9999-12-31T23:59:59Z",
    "12026-03-01T00:00:00Z",
    "-2026-03-01T00:00:00Z",
    "+2026-03-01T00:00:00Z",
    "2026-03-01 (BC) 00:00:00",
    "2026-03-01T24:00:00Z",
    "2026-03-01T23:60:00Z",
    "2026-03-01T23:59:60Z",
    "2026-02-29T00:00:00Z",
    "2100-02-29T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-03-00T00:00:00Z",
    "2026-03-32T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "infinity",
    "-infinity",
    "epoch",
    "now",
    "today",
    "yesterday",
    "0",
    "1772323200",
    "1772323200000",
    "2026-03-01",
    "00:00:00",
    "2026-03-01T00:00Z",
    "2026-03-01T00Z",
    "2026-03-01T0:00:00Z",
    "2026-3-1T00:00:00Z",
    "26-03-01T00:00:00Z",
    "20260301T000000Z",
    "2026/03/01 00:00:00",
    "01.03.2026 00:00:00",
    "Mar 1 2026 00:00:00",
    "2026-060T00:00:00Z",
    "2026-W09-7T00:00:00Z",
    "2026-03-01  00:00:00",
    "2026-03-01\t00:00:00",
    "2026-03-01t00:00:00Z",
    "2026-03-01_00:00:00",
    "2026-03-01T00:00:00z",
    "2026-03-01T00:00:00 Z",
    "2026-03-01T00:00:00ZZ",
    "2026-03-01T00:00:00 UTC",
    "2026-03-01T00:00:00 America/Denver",
    "2026-03-01T00:00:00[America/Denver]",
    "2026-03-01T00:00:00.Z",
    "2026-03-01T00:00:00,5Z",
    "2026-03-01T00:00:00.1234567Z",
    "2026-03-01T00:00:00.000000000Z",
    "2026-03-01T00:00:00+05",
    "2026-03-01T00:00:00+0530",
    "2026-03-01T00:00:00+5:30",
    "2026-03-01T00:00:00 +05:30",
    "2026-03-01T00:00:00+05:60",
    "2026-03-01T00:00:00+24:00",
    "2026-03-01T00:00:00+05:30:00",
    "2026-03-01T00:00:00Z+05:30",
    "2026-03-01T00:00:00\u221205:00",
    "2026-03-01T00:00:00Z\u00a0",
    "\u0662026-03-01T00:00:00Z",
    "2026-03-01T00:00:00Z;",
]


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_every_accepted_spelling_is_its_instant(drop: SmallDrop, suffix: str) -> None:
    rows = [
        course(f"K{place:02}", created_at=text, updated_at=text)
        for place, text in enumerate(ACCEPTED)
    ]
    drop.deliver(f"courses.{suffix}", text_in(suffix, rows))

    drop.land()

    found = drop.rows("courses", "course_id", "created_at", "updated_at")
    assert found == [
        (f"K{place:02}", at, at) for place, at in enumerate(ACCEPTED.values())
    ]
    assert drop.bad_rows() == []


@pytest.mark.parametrize("column", ["created_at", "archived_at"])
@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_nothing_else_is_a_time(drop: SmallDrop, suffix: str, column: str) -> None:
    """Also where the column may be empty: a time that is none is no empty one."""
    rows = [course(f"K{place}", **{column: text}) for place, text in enumerate(REFUSED)]
    drop.deliver(f"courses.{suffix}", text_in(suffix, rows))

    drop.land()

    assert drop.rows("courses", "course_id", column) == []
    reasons = [reason for _, reason in drop.bad_rows()]
    assert len(reasons) == len(REFUSED)
    assert all(reason.startswith(f"{column} '") for reason in reasons)


@pytest.mark.parametrize(
    "text", ["1970-01-01T00:00:00+01:00", "2100-12-31T23:59:59-01:00"]
)
def test_the_year_is_the_one_that_is_written(drop: SmallDrop, text: str) -> None:
    drop.deliver("courses.csv", csv_text([course(created_at=text)]))

    drop.land()

    found = drop.rows("courses", "created_at")
    assert found == [(datetime.fromisoformat(text).astimezone(UTC),)]
