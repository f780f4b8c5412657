"""Each schedule, its time zones, and when it was due since a snapshot knew it.

Cron is evaluated as for int_job_schedules. Jobs share schedules: each is read once.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

# Farther than any jump of a clock: the search begins beyond it.
CLOCK_JUMP = timedelta(hours=3)

# A job is overdue after an hour: times that follow each other faster are left out.
HOUR = timedelta(hours=1)

EPOCH = datetime.fromtimestamp(0, UTC)
MICROSECOND = timedelta(microseconds=1)


def model(dbt, session):
    """dbt's entry point; columns: schedule_cron, time_zone, due_at, an instant that the
    next due one does not follow within the hour."""
    dbt.config(materialized="table")
    as_of = run_time(session, dbt.ref("int_run_times_set"))
    jobs = dbt.ref("int_integration_jobs_versioned")
    campuses = dbt.ref("int_campuses_versioned")
    schedules = session.sql(
        "select jobs.schedule_cron, coalesce(campuses.time_zone, 'UTC') as time_zone,"
        " cast(min(epoch_us(jobs.valid_from_at)) as bigint) as known_us"
        f" from ({jobs.sql_query()}) as jobs"
        f" left join ({campuses.sql_query()}) as campuses"
        " on jobs.campus_id = campuses.campus_id and campuses.is_newest"
        " where jobs.is_enabled and jobs.schedule_cron is not null"
        " group by all order by all"
    ).fetchall()
    session.execute(
        "create or replace temp table schedule_times (schedule_cron varchar,"
        " time_zone varchar, due_at timestamptz)"
    )
    for cron, time_zone, known_us in schedules:
        known = EPOCH + known_us * MICROSECOND
        times = due_times(cron, ZoneInfo(time_zone), known, as_of)
        # As numbers: a list of times would be bound one by one.
        session.execute(
            "insert into schedule_times select $1, $2, make_timestamptz(unnest($3))",
            [cron, time_zone, [(at - EPOCH) // MICROSECOND for at in times]],
        )
    return session.table("schedule_times")


def due_times(cron, zone, known, as_of):
    """The times from known on, an hour or more before as_of and the next; none for a
    cron that cannot be read."""
    from croniter import CroniterError, croniter

    found = []
    try:
        forward = croniter(
            cron, known.astimezone(zone).replace(tzinfo=None) - CLOCK_JUMP
        )
        current = instant(forward.get_next(datetime), zone)
        while current + HOUR <= as_of:
            following = instant(forward.get_next(datetime), zone)
            if current >= known and following - current > HOUR:
                found.append(current)
            current = following
    except CroniterError:
        return found
    return found


def run_time(session, times):
    """The run's as_of, in UTC."""
    found = session.sql(f"select epoch_us(as_of) from ({times.sql_query()})")
    return EPOCH + found.fetchone()[0] * MICROSECOND


def instant(wall_clock, zone):
    """The UTC instant of a naive wall-clock time."""
    return wall_clock.replace(tzinfo=zone).astimezone(UTC)
