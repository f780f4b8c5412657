"""Days on which a job fails, sends too little, too much, or nothing at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.school_year.faults import fault
from benchmarks.school_year.life import Rota, send
from benchmarks.school_year.platform import AS_OF, Row, School, telling

_SUNDAYS = {6}
_WEEKEND = {5, 6}


def _weekly(
    school: School, *counts: int, failing: Mapping[int, int] | None = None
) -> str:
    """A job of Sundays: so many users each week, the last week last; its day."""
    sundays = school.days(7 * len(counts), 1, weekdays=_SUNDAYS)[-len(counts) :]
    return _days(school, sundays, counts, failing or {}, shown=len(counts) - 1)


def _daily(
    school: School,
    counts: Sequence[int],
    failing: Mapping[int, int],
    *,
    shown: int,
) -> str:
    """A job of school days, the day before yesterday last."""
    days = [
        day
        for day in school.days(58, 2, weekdays={0, 1, 2, 3, 4})
        if school.is_open_on(day)
    ][-len(counts) :]
    return _days(school, days, counts, failing, shown=shown % len(counts))


def _days(
    school: School,
    days: Sequence[date],
    counts: Sequence[int],
    failing: Mapping[int, int],
    *,
    shown: int,
) -> str:
    """Send; ``failing`` is by place. Who fails is of a pool of its own: nobody twice.

    The other pool is small: much that is sent again is no mass change.
    """
    job_id = school.job()
    largest = max(counts)
    pool = Rota([school.record("users") for _ in range(largest)])
    spared = Rota(
        [school.record("users") for _ in range(max(1, sum(failing.values())))]
    )
    for place, (day, count) in enumerate(zip(days, counts, strict=True)):
        bad = failing.get(place % len(counts), 0)
        chosen = [*spared.next(bad), *pool.next(count - bad)]
        send(school, job_id, day, chosen, failing=bad, clock="19:00")
        # What failed is sent again at once elsewhere, and works: nothing persists.
        for user in chosen[:bad]:
            school.request(school.on(day, "21:30"), telling(user))
    return f"{job_id}|{days[shown]}"


# error_rate_spike


@fault("error_rate_spike", fires=True)
def a_tenth_fails_after_clean_weeks(school: School) -> str:
    return _daily(school, [30] * 12, {11: 3}, shown=11)


@fault("error_rate_spike", fires=True)
def two_of_twenty_fail_after_seven_days(school: School) -> str:
    return _daily(school, [20] * 8, {7: 2}, shown=7)


@fault("error_rate_spike", fires=True)
def a_weekly_job_fails(school: School) -> str:
    return _weekly(school, *[24] * 8, failing={7: 6})


@fault("error_rate_spike", fires=True)
def bad_days_that_are_long_past_do_not_count(school: School) -> str:
    # The bad first days lie before the 28 that count.
    early = dict.fromkeys(range(4), 10)
    return _daily(school, [20] * 33, {**early, 32: 3}, shown=32)


@fault("error_rate_spike", fires=False)
def nineteen_records_are_too_few(school: School) -> str:
    return _daily(school, [*[20] * 8, 19], {8: 9}, shown=8)


@fault("error_rate_spike", fires=False)
def one_of_twenty_is_not_above_five_percent(school: School) -> str:
    return _daily(school, [20] * 10, {9: 1}, shown=9)


@fault("error_rate_spike", fires=False)
def six_days_are_too_few_to_judge(school: School) -> str:
    return _daily(school, [20] * 7, {6: 8}, shown=6)


@fault("error_rate_spike", fires=False)
def as_bad_as_it_always_was(school: School) -> str:
    # Mean 0.10, deviation 0.10: from 0.40 on a day is unusual.
    usual = dict.fromkeys(range(0, 12, 2), 4)
    return _daily(school, [20] * 13, {**usual, 12: 6}, shown=12)


# volume_drop, volume_spike


@fault("volume_drop", fires=True)
def a_sunday_with_less_than_half(school: School) -> str:
    return _weekly(school, 44, 40, 40, 36, 40, 19)


@fault("volume_drop", fires=True)
def below_half_of_the_middle_of_four(school: School) -> str:
    return _weekly(school, 60, 30, 50, 40, 22)


@fault("volume_drop", fires=True)
def nine_where_twenty_are_usual(school: School) -> str:
    return _weekly(school, 20, 20, 20, 20, 9)


@fault("volume_drop", fires=False)
def exactly_half_on_a_sunday(school: School) -> str:
    return _weekly(school, 44, 40, 40, 36, 40, 20)


@fault("volume_drop", fires=False)
def just_half_of_the_middle_of_four(school: School) -> str:
    return _weekly(school, 60, 30, 50, 40, 23)


@fault("volume_drop", fires=False)
def little_where_nineteen_are_usual(school: School) -> str:
    return _weekly(school, 19, 19, 19, 19, 2)


@fault("volume_spike", fires=True)
def a_sunday_with_more_than_twice(school: School) -> str:
    return _weekly(school, 36, 40, 40, 40, 44, 81)


@fault("volume_spike", fires=True)
def above_twice_the_middle_of_four(school: School) -> str:
    return _weekly(school, 20, 60, 24, 25, 50)


@fault("volume_spike", fires=True)
def five_times_as_many(school: School) -> str:
    return _weekly(school, 22, 21, 20, 22, 110)


@fault("volume_spike", fires=False)
def exactly_twice_on_a_sunday(school: School) -> str:
    return _weekly(school, 36, 40, 40, 40, 44, 80)


@fault("volume_spike", fires=False)
def just_twice_the_middle_of_four(school: School) -> str:
    return _weekly(school, 20, 60, 24, 25, 49)


@fault("volume_spike", fires=False)
def much_where_nineteen_are_usual(school: School) -> str:
    return _weekly(school, 19, 19, 19, 19, 90)


# missed_schedule


def _due(school: School, minutes_ago: int, **given: Any) -> str:
    """A job that was due so many minutes ago, by the school's clock."""
    at = (AS_OF - timedelta(minutes=minutes_ago)).astimezone(ZoneInfo(school.zone))
    days = given.pop("days", "*")
    return school.job(schedule_cron=f"{at.minute} {at.hour} * * {days}", **given)


def _weekday(school: School, minutes_ago: int) -> str:
    at = (AS_OF - timedelta(minutes=minutes_ago)).astimezone(ZoneInfo(school.zone))
    return str(at.isoweekday() % 7)


def _asks(school: School, job_id: str, seconds_ago: float) -> str:
    user = school.record("users")
    at = AS_OF - timedelta(seconds=seconds_ago)
    school.request(at, telling(user), job_id=job_id)
    return job_id


@fault("missed_schedule", fires=True)
def due_an_hour_ago_to_the_minute(school: School) -> str:
    return _asks(school, _due(school, 60), 5 * 3_600)


@fault("missed_schedule", fires=True)
def sent_a_second_before_it_was_due(school: School) -> str:
    return _asks(school, _due(school, 400), 400 * 60 + 1)


@fault("missed_schedule", fires=True)
def a_weekly_job_that_was_due_days_ago(school: School) -> str:
    ago = 4 * 1_440
    job_id = _due(school, ago, days=_weekday(school, ago))
    return _asks(school, job_id, (ago + 1_440) * 60)


@fault("missed_schedule", fires=True)
def it_sends_after_as_of(school: School) -> str:
    return _asks(school, _asks(school, _due(school, 90), 86_400), 0)


@fault("missed_schedule", fires=False)
def due_59_minutes_ago(school: School) -> str:
    return _asks(school, _due(school, 59), 5 * 3_600)


@fault("missed_schedule", fires=False)
def sent_the_second_it_was_due(school: School) -> str:
    return _asks(school, _due(school, 400), 400 * 60)


@fault("missed_schedule", fires=False)
def sent_a_second_before_as_of(school: School) -> str:
    return _asks(school, _due(school, 400), 1)


@fault("missed_schedule", fires=False)
def a_job_that_is_switched_off(school: School) -> str:
    return _asks(school, _due(school, 400, is_enabled=False), 90_000)


@fault("missed_schedule", fires=False)
def a_job_without_a_schedule(school: School) -> str:
    return _asks(school, school.job(), 700_000)


# mass_change


def _many(school: School, count: int) -> list[Row]:
    return [school.record("users") for _ in range(count)]


def _known_job(school: School, user: Row, *, age: int = 14, day: int = 6) -> str:
    """A job whose first request lies so many days before the day."""
    job_id = school.job()
    school.request(school.ago(day + age, "08:00"), telling(user), job_id=job_id)
    return job_id


def _mass(
    school: School,
    job_id: str,
    users: Sequence[Row],
    *,
    kind: str = "user update",
    day: int = 6,
    **given: Any,
) -> str:
    for place, user in enumerate(users):
        at = school.ago(day, "14:00") + timedelta(seconds=place)
        params = {"userID": user["user_id"]}
        if kind == "user delete":
            school.changes("users", user, at, archived_at=at)
        else:
            # A param that is no column: nothing can drift.
            params["locker"] = f"{day}"
        school.request(at, params, kind=kind, job_id=job_id, **given)
    return f"{job_id}|user|{school.today - timedelta(days=day)}"


@fault("mass_change", fires=True, needs="empty")
def new_content_for_a_fifth_and_one(school: School) -> str:
    users = _many(school, 104)
    return _mass(school, _known_job(school, users[0]), users[:21])


@fault("mass_change", fires=True, needs="empty")
def new_content_for_twenty_of_ninety_nine(school: School) -> str:
    users = _many(school, 99)
    return _mass(school, _known_job(school, users[0]), users[:20])


@fault("mass_change", fires=True, needs="empty")
def a_third_is_deleted(school: School) -> str:
    users = _many(school, 90)
    job_id = _known_job(school, users[0])
    return _mass(school, job_id, users[:30], kind="user delete")


@fault("mass_change", fires=False, needs="empty")
def new_content_for_exactly_a_fifth(school: School) -> str:
    users = _many(school, 100)
    return _mass(school, _known_job(school, users[0]), users[:20])


@fault("mass_change", fires=False, needs="empty")
def nineteen_of_thirty(school: School) -> str:
    users = _many(school, 30)
    return _mass(school, _known_job(school, users[0]), users[:19])


@fault("mass_change", fires=False, needs="empty")
def a_job_in_its_first_two_weeks(school: School) -> str:
    users = _many(school, 60)
    return _mass(school, _known_job(school, users[0], age=13), users)


@fault("mass_change", fires=False, needs="empty")
def the_same_content_as_the_night_before(school: School) -> str:
    users = _many(school, 60)
    job_id = _known_job(school, users[0], age=30)
    for user in users:
        params = {"userID": user["user_id"], "locker": "6"}
        school.request(school.ago(30, "09:00"), params, job_id=job_id)
    return _mass(school, job_id, users)


@fault("mass_change", fires=False, needs="empty")
def every_request_fails(school: School) -> str:
    users = _many(school, 60)
    job_id = _known_job(school, users[0])
    return _mass(school, job_id, users, **school.failure())


@fault("mass_change", fires=False, needs="empty")
def two_jobs_share_the_work(school: School) -> str:
    users = _many(school, 80)
    one, other = (_known_job(school, users[0]) for _ in range(2))
    _mass(school, one, users[:15])
    return _mass(school, other, users[15:30])
