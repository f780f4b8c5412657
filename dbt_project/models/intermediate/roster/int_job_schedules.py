"""One row per job with a cron, and per source with one: when it is due, what it missed.

Cron is evaluated by croniter on the wall clock of the campus, or of the source; a
wall-clock time that the clock skips or repeats becomes the instant that zoneinfo gives
its first reading.
"""

from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

# Farther than any jump of a clock: the search begins beyond it.
CLOCK_JUMP = timedelta(hours=3)

# Missed times are counted up to here: a cron of minutes names thousands a week.
MOST_MISSED = 1000

EPOCH = datetime.fromtimestamp(0, UTC)
MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)


def model(dbt, session):
    """dbt's entry point; columns: campus_id, job_id, time_zone, last_due_at,
    next_due_at, first_missed_at, missed_count."""
    dbt.config(materialized="table")
    as_of = run_time(session, dbt.ref("int_run_times_set"))
    jobs = dbt.ref("int_integration_jobs_versioned")
    campuses = dbt.ref("int_campuses_versioned")
    requests = dbt.ref("int_job_requests")
    sources = dbt.ref("int_sources_scheduled")
    blackouts = dbt.ref("blackout_periods")
    scheduled = session.sql(
        "select jobs.campus_id, jobs.job_id, jobs.schedule_cron,"
        " coalesce(campuses.time_zone, 'UTC') as time_zone,"
        " cast(epoch_us(requests.last_request_at) as bigint) as last_request_us"
        f" from ({jobs.sql_query()}) as jobs"
        f" left join ({campuses.sql_query()}) as campuses"
        " on jobs.campus_id = campuses.campus_id and campuses.is_newest"
        f" left join ({requests.sql_query()}) as requests"
        " on jobs.campus_id = requests.campus_id and jobs.job_id = requests.job_id"
        " where jobs.is_newest and jobs.schedule_cron is not null"
        " union all"
        " select campus_id, job_id, schedule_cron, time_zone,"
        " cast(epoch_us(last_request_at) as bigint)"
        f" from ({sources.sql_query()})"
        " order by campus_id, job_id"
    ).fetchall()
    session.execute(
        "create or replace temp table job_schedules (campus_id varchar,"
        " job_id varchar, time_zone varchar, last_due_at timestamptz,"
        " next_due_at timestamptz, first_missed_at timestamptz, missed_count bigint)"
    )
    silent = session.sql(
        f"select campus_id, from_date, to_date from ({blackouts.sql_query()})"
    ).fetchall()
    rows = []
    for campus_id, job_id, cron, time_zone, last_request_us in scheduled:
        zone = ZoneInfo(time_zone)
        last, following = due(cron, zone, as_of)
        own = [dates for campus, *dates in silent if campus in (None, campus_id)]
        first_missed, count = missed(cron, zone, last, last_request_us, own)
        times = [in_microseconds(each) for each in (last, following, first_missed)]
        rows.append((campus_id, job_id, time_zone, *times, count))
    if rows:
        # As lists: row by row each would be a statement of its own.
        session.execute(
            "insert into job_schedules select unnest($1), unnest($2), unnest($3),"
            " make_timestamptz(unnest($4)), make_timestamptz(unnest($5)),"
            " make_timestamptz(unnest($6)), unnest($7)",
            [list(column) for column in zip(*rows, strict=True)],
        )
    return session.table("job_schedules")


# Most campuses keep the hours of others.
@cache
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


def missed(cron, zone, last_due, last_request_us, silent):
    """Return (first time after the last request, how many up to the last due one).

    Only the last one when the job never sent anything; nothing when it was not missed.
    Times on a silent date, from the first to the last of a pair, do not count.
    """
    from croniter import croniter

    if last_due is None:
        return None, 0
    if last_request_us is None:
        is_heeded = not days_to_skip(last_due, zone, silent)
        return (last_due, 1) if is_heeded else (None, 0)
    requested = EPOCH + last_request_us * MICROSECOND
    forward = croniter(
        cron, requested.astimezone(zone).replace(tzinfo=None) - CLOCK_JUMP
    )
    first, count = None, 0
    current = instant(forward.get_next(datetime), zone)
    while current <= last_due and count < MOST_MISSED:
        if skipped := days_to_skip(current, zone, silent):
            # At once: a cron of minutes names thousands of times in a long break.
            midnight = datetime.combine(current.astimezone(zone).date(), time())
            forward.set_current(midnight + skipped * DAY - MICROSECOND)
        elif current > requested:
            first, count = first or current, count + 1
        current = instant(forward.get_next(datetime), zone)
    return first, count


def days_to_skip(at, zone, silent):
    """How many days from that of an instant on are silent in one go; 0 for none."""
    day = at.astimezone(zone).date()
    ends = [last for first, last in silent if first <= day <= last]
    return (max(ends) - day).days + 1 if ends else 0


def run_time(session, times):
    """The run's as_of, in UTC."""
    found = session.sql(f"select epoch_us(as_of) from ({times.sql_query()})")
    return EPOCH + found.fetchone()[0] * MICROSECOND


def instant(wall_clock, zone):
    """The UTC instant of a naive wall-clock time."""
    return wall_clock.replace(tzinfo=zone).astimezone(UTC)


def in_microseconds(at):
    """An instant as its microseconds since the epoch; null for none."""
    return None if at is None else (at - EPOCH) // MICROSECOND
