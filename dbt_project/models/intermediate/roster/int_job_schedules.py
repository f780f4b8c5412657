"""One row per job with a cron: when it was last due, and when it is due next.

Cron is evaluated by croniter on the campus's wall clock; a wall-clock time that the
clock skips or repeats becomes the instant that zoneinfo gives its first reading.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

# Farther than any jump of a clock: the search begins beyond it.
CLOCK_JUMP = timedelta(hours=3)


def model(dbt, session):
    """dbt's entry point; columns: campus_id, job_id, last_due_at, next_due_at."""
    dbt.config(materialized="table")
    as_of = datetime.fromisoformat(dbt.config.get("as_of"))
    jobs = dbt.ref("int_integration_jobs_versioned")
    campuses = dbt.ref("int_campuses_versioned")
    scheduled = session.sql(
        "select jobs.campus_id, jobs.job_id, jobs.schedule_cron,"
        " coalesce(campuses.time_zone, 'UTC') as time_zone"
        f" from ({jobs.sql_query()}) as jobs"
        f" left join ({campuses.sql_query()}) as campuses"
        " on jobs.campus_id = campuses.campus_id and campuses.is_newest"
        " where jobs.is_newest and jobs.schedule_cron is not null"
        " order by jobs.campus_id, jobs.job_id"
    ).fetchall()
    session.execute(
        "create or replace temp table job_schedules (campus_id varchar,"
        " job_id varchar, last_due_at timestamptz, next_due_at timestamptz)"
    )
    rows = [
        (campus_id, job_id, *due(cron, ZoneInfo(time_zone), as_of))
        for campus_id, job_id, cron, time_zone in scheduled
    ]
    if rows:
        session.executemany("insert into job_schedules values (?, ?, ?, ?)", rows)
    return session.table("job_schedules")


def due(cron, zone, as_of):
    """Return (newest time at or before as_of, the one after); nulls for a bad cron."""
    from croniter import CroniterError, croniter

    local = as_of.astimezone(zone).replace(tzinfo=None)
    try:
        backward = croniter(cron, local + CLOCK_JUMP)
        last = instant(backward.get_prev(datetime), zone)
        while last > as_of:
            last = instant(backward.get_prev(datetime), zone)
        forward = croniter(cron, local - CLOCK_JUMP)
        following = instant(forward.get_next(datetime), zone)
        while following <= as_of:
            following = instant(forward.get_next(datetime), zone)
    except CroniterError:
        return None, None
    return last, following


def instant(wall_clock, zone):
    """The UTC instant of a naive wall-clock time."""
    return wall_clock.replace(tzinfo=zone).astimezone(UTC)
