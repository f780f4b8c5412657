"""Cases of rules about jobs: each has a job of its own, and what it sends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.labelled.registry import fires, silent
from benchmarks.labelled.streams import Stream
from benchmarks.labelled.world import (
    AGES_AGO,
    AS_OF,
    KNOWN_ERROR,
    Campus,
    Row,
    user_params,
)

WEEKS = (7, 14, 21, 28)


def _day(campus: Campus) -> int:
    """A school day whose weekday had school in all four weeks before, in days ago."""
    days = [
        day
        for day in range(4, 25)
        if campus.is_school_day(day)
        and all(campus.is_school_day(day + week) for week in WEEKS)
    ]
    return campus.world.rng.choice(days)


def _subject(campus: Campus, job_id: str, days_ago: int) -> str:
    return f"{job_id}|{campus.today - timedelta(days=days_ago)}"


def _volume(
    campus: Campus,
    count: int,
    *,
    usual: int = 30,
    weeks: tuple[int, int, int, int] | None = None,
    first_day: int = 59,
) -> str:
    """A job that sends so much on one day, and on the four weekdays before."""
    day = _day(campus)
    counts = {day + ago: known for ago, known in zip(WEEKS, weeks or (), strict=False)}
    stream = Stream(campus, campus.job(), usual, first_day=first_day)
    stream.send(counts={**counts, day: count})
    return _subject(campus, stream.job_id, day)


@fires("volume_drop", "one below half")
def _(campus: Campus) -> str:
    return _volume(campus, 14)


@fires("volume_drop", "half of the median of uneven weeks, less one")
def _(campus: Campus) -> str:
    return _volume(campus, 14, weeks=(24, 30, 30, 40))


@fires("volume_drop", "a median of twenty")
def _(campus: Campus) -> str:
    return _volume(campus, 9, usual=20)


@silent("volume_drop", "half")
def _(campus: Campus) -> str:
    return _volume(campus, 15)


@silent("volume_drop", "a median of nineteen")
def _(campus: Campus) -> str:
    return _volume(campus, 2, usual=19)


@silent("volume_drop", "a job of twelve days")
def _(campus: Campus) -> str:
    stream = Stream(campus, campus.job(), 30, first_day=12)
    stream.send()
    return _subject(campus, stream.job_id, 5)


@fires("volume_spike", "one above the double")
def _(campus: Campus) -> str:
    return _volume(campus, 61)


@fires("volume_spike", "a median of twenty")
def _(campus: Campus) -> str:
    return _volume(campus, 41, usual=20)


@fires("volume_spike", "all that the job knows")
def _(campus: Campus) -> str:
    return _volume(campus, 180)


@silent("volume_spike", "the double")
def _(campus: Campus) -> str:
    return _volume(campus, 60)


@silent("volume_spike", "a median of nineteen")
def _(campus: Campus) -> str:
    return _volume(campus, 60, usual=19)


@silent("volume_spike", "a median that was as high before")
def _(campus: Campus) -> str:
    return _volume(campus, 46, usual=23, weeks=(46, 23, 23, 30))


def _errors(
    campus: Campus,
    count: int,
    errors: int,
    *,
    usual_errors: tuple[int, ...] = (0, 1),
    usual: int = 40,
    earlier_days: int | None = None,
) -> str:
    """A job with some errors a day, and so many of so many on one day."""
    day = _day(campus)
    days = list(campus.school_days(first=58, last=day + 1))[-(earlier_days or 99) :]
    first_day = days[0] if earlier_days else 59
    failing = {
        one: usual_errors[place % len(usual_errors)] for place, one in enumerate(days)
    }
    stream = Stream(campus, campus.job(), usual, first_day=first_day)
    stream.send(counts={day: count}, errors={**failing, day: errors})
    return _subject(campus, stream.job_id, day)


@fires("error_rate_spike", "a third failed")
def _(campus: Campus) -> str:
    return _errors(campus, 40, 13)


@fires("error_rate_spike", "just above 5 % where nothing failed before")
def _(campus: Campus) -> str:
    return _errors(campus, 39, 2, usual_errors=(0,))


@fires("error_rate_spike", "a day of twenty")
def _(campus: Campus) -> str:
    return _errors(campus, 20, 8, usual=30)


@fires("error_rate_spike", "seven days before")
def _(campus: Campus) -> str:
    return _errors(campus, 40, 13, earlier_days=7)


@silent("error_rate_spike", "5 % where nothing failed before")
def _(campus: Campus) -> str:
    return _errors(campus, 40, 2, usual_errors=(0,))


@silent("error_rate_spike", "a day of nineteen")
def _(campus: Campus) -> str:
    return _errors(campus, 19, 8, usual=30)


@silent("error_rate_spike", "six days before")
def _(campus: Campus) -> str:
    return _errors(campus, 40, 13, earlier_days=6)


@silent("error_rate_spike", "errors that vary as much every week")
def _(campus: Campus) -> str:
    return _errors(campus, 40, 5, usual_errors=(0, 4, 1, 5))


def _scheduled(campus: Campus, minutes_ago: int, **given: Any) -> tuple[str, str]:
    """A job due every day at a time so many minutes before as_of."""
    due = (AS_OF - timedelta(minutes=minutes_ago)).astimezone(ZoneInfo(campus.zone))
    job_id = campus.job(schedule_cron=f"{due.minute} {due.hour} * * *", **given)
    return job_id, job_id


def _sent(campus: Campus, job_id: str, seconds_ago: int) -> None:
    at = AS_OF - timedelta(seconds=seconds_ago)
    campus.request(user_params(campus.user()), at.astimezone(UTC), job_id=job_id)


@fires("missed_schedule", "due an hour ago")
def _(campus: Campus) -> str:
    job_id, subject = _scheduled(campus, 60)
    _sent(campus, job_id, 86_400)
    return subject


@fires("missed_schedule", "sent a second before it was due")
def _(campus: Campus) -> str:
    job_id, subject = _scheduled(campus, 300)
    _sent(campus, job_id, 18_001)
    return subject


@fires("missed_schedule", "never sent anything")
def _(campus: Campus) -> str:
    return _scheduled(campus, 200, integration_type="third_party")[1]


@silent("missed_schedule", "due 59 minutes ago")
def _(campus: Campus) -> str:
    job_id, subject = _scheduled(campus, 59)
    _sent(campus, job_id, 86_400)
    return subject


@silent("missed_schedule", "sent when it was due")
def _(campus: Campus) -> str:
    job_id, subject = _scheduled(campus, 300)
    _sent(campus, job_id, 18_000)
    return subject


@silent("missed_schedule", "missed one day and ran the next")
def _(campus: Campus) -> str:
    job_id, subject = _scheduled(campus, 300)
    for days_ago in (4, 3, 1, 0):
        _sent(campus, job_id, 18_000 + days_ago * 86_400)
    return subject


@silent("missed_schedule", "disabled")
def _(campus: Campus) -> str:
    return _scheduled(campus, 300, is_enabled=False)[1]


@silent("missed_schedule", "no schedule")
def _(campus: Campus) -> str:
    return campus.job()


def _mass(
    campus: Campus,
    touched: int,
    *,
    users: int = 200,
    age: int = 40,
    operation: str = "update",
    given: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
) -> str:
    """A job touches so many of so many users on one day, six days ago.

    It is older than that by ``age`` days, and never sent enough for a usual volume.
    """
    job_id, day = campus.job(), 6
    known: list[Row] = [campus.user() for _ in range(users)]
    campus.request(
        {"note": "first"}, campus.at(day + age), job_id=job_id, **KNOWN_ERROR
    )
    for place, user in enumerate(known[:touched]):
        at = campus.at(day, "09:00") + timedelta(seconds=place)
        sent = {**user_params(user), **(params or {"note": "new"})}
        campus.request(sent, at, operation=operation, job_id=job_id, **(given or {}))
        if operation == "delete" and not given:
            user["archived_at"] = user["updated_at"] = at
    return f"{job_id}|user|{campus.today - timedelta(days=day)}"


@fires("mass_change", "more than a fifth changed", is_alone=True)
def _(campus: Campus) -> str:
    return _mass(campus, 41)


@fires("mass_change", "more than a fifth deleted", is_alone=True)
def _(campus: Campus) -> str:
    return _mass(campus, 41, operation="delete")


@fires("mass_change", "twenty of a small campus", is_alone=True)
def _(campus: Campus) -> str:
    return _mass(campus, 20, users=30)


@fires("mass_change", "the job's fifteenth day", is_alone=True)
def _(campus: Campus) -> str:
    return _mass(campus, 60, age=14)


@silent("mass_change", "a fifth", is_alone=True)
def _(campus: Campus) -> str:
    return _mass(campus, 40)


@silent("mass_change", "nineteen of a small campus", is_alone=True)
def _(campus: Campus) -> str:
    return _mass(campus, 19, users=30)


@silent("mass_change", "the job's fourteenth day", is_alone=True)
def _(campus: Campus) -> str:
    return _mass(campus, 60, age=13)


@silent("mass_change", "deletes that failed", is_alone=True)
def _(campus: Campus) -> str:
    return _mass(campus, 60, operation="delete", given=KNOWN_ERROR)


@silent("mass_change", "all is sent every night", is_alone=True)
def _(campus: Campus) -> str:
    job_id = campus.job()
    known = [campus.user(created_at=AGES_AGO) for _ in range(40)]
    for day in campus.school_days(first=30, last=1):
        for place, user in enumerate(known):
            at = campus.at(day, "03:05") + timedelta(seconds=place)
            campus.request(user_params(user), at, job_id=job_id)
    return f"{job_id}|user|{campus.today - timedelta(days=6)}"
