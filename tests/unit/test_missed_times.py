"""What a job missed since its last request, against a walk over every time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from croniter import croniter
from hypothesis import given
from hypothesis import strategies as st

from support.building import python_model

EPOCH = datetime.fromtimestamp(0, UTC)
# Clocks go forward on 8 March in New York, on 29 March in Berlin.
FIRST_DAY = date(2026, 2, 27)
ZONES = ("UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata")
CRONS = ("*/30 * * * *", "30 1,2 * * *", "0 23 * * 1-5", "0 0 * * *")

DAYS = st.integers(0, 33).map(lambda days: FIRST_DAY + timedelta(days=days))
SPANS = st.lists(st.tuples(DAYS, DAYS).map(lambda two: sorted(two)), max_size=3)


SCHEDULES = python_model("dbt_project/models/intermediate/roster/int_job_schedules.py")


def walked(
    cron: str,
    zone: ZoneInfo,
    requested: datetime,
    last_due: datetime,
    silent: list[list[date]],
) -> list[datetime]:
    local = requested.astimezone(zone).replace(tzinfo=None) - timedelta(hours=3)
    clock, found, at = croniter(cron, local), [], requested
    while at < last_due:
        at = clock.get_next(datetime).replace(tzinfo=zone).astimezone(UTC)
        day = at.astimezone(zone).date()
        if requested < at <= last_due and not any(
            first <= day <= last for first, last in silent
        ):
            found.append(at)
    return found


@given(
    cron=st.sampled_from(CRONS),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    minutes=st.tuples(st.integers(0, 30 * 1440), st.integers(1, 20 * 1440)),
    silent=SPANS,
)
def test_what_was_missed_leaves_silent_days_out(
    cron: str, zone: ZoneInfo, minutes: tuple[int, int], silent: list[list[date]]
) -> None:
    requested = datetime(2026, 2, 28, tzinfo=UTC) + timedelta(minutes=minutes[0])
    last_due, _ = SCHEDULES.due(cron, zone, requested + timedelta(minutes=minutes[1]))
    request_us = (requested - EPOCH) // timedelta(microseconds=1)
    expected = walked(cron, zone, requested, last_due, silent)

    found = SCHEDULES.missed(cron, zone, last_due, request_us, silent)

    most = SCHEDULES.MOST_MISSED
    assert found == (expected[0] if expected else None, min(len(expected), most))
