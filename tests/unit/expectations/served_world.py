"""Tiny files of the shape that is published, whole until a test breaks them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

RANGE_START = datetime(2026, 3, 13, 6, tzinfo=UTC)
RANGE_END = datetime(2026, 3, 20, 6, tzinfo=UTC)
RECORD_TYPES = (
    "course",
    "user",
    "course_member",
    "attendance_session",
    "attendance_posting",
)

# Two campuses, one of them without an enabled job of direction out, and one that is
# deleted; attempts in the range, and one on either side of it.
_MARTS = """
create schema marts;
create schema reports;
create schema seeds;
create table seeds.blackout_periods
    (campus_id varchar, from_date date, to_date date, reason varchar);
create table marts.dim_campuses as
    from (values ('C1', false), ('C2', false), ('C3', true))
    as v (campus_id, is_deleted), (select 'America/Denver' as time_zone);
create table marts.dim_integration_jobs as
    from (values ('C1', 'out', true, false, false), ('C2', 'out', false, true, false),
        ('C2', 'in', true, false, false), ('C2', 'out', true, true, true))
    as v (campus_id, direction, is_enabled, is_overdue, is_deleted),
    (select '0 2 * * *' as schedule_cron, cast($range_end as timestamptz)
        - to_hours(4) as last_due_at);
create table marts.fct_daily_sync_activity as
    select
        'C1' as campus_id,
        'J1' as job_id,
        'user' as record_type,
        unnest(['create', 'update']) as operation,
        50 as attempt_count,
        5 as error_count,
        25 as distinct_sync_count,
        cast($range_end as date) - cast(days.day as integer) as requested_date,
    from range(1, 31) as days (day);
create table marts.fct_sync_attempts as
    select
        'C' || 1 + number // 5 % 2 as campus_id,
        'R' || number as request_id,
        $record_types[1 + number % 5] as record_type,
        if(number // 10 % 10 < $errors_in_ten, 'error', 'success') as status,
        case number
            when $attempts then $range_start - to_seconds(1)
            when $attempts + 1 then $range_end
            else $range_start + to_seconds(number * 600000 // $attempts)
        end as requested_at,
    from range($attempts + 2) as numbers (number);
"""
_SYNC_LOG = """
create table reports.{record_type}_sync_log as
with logged as (
    select
        campus_id,
        record_type || ':' || cast(request_id[2:] as integer) // 10 % 3 as record_key,
        'create' as operation,
        status,
        if(status = 'error', 'E1', null) as error_code,
        cast(null as varchar) as message,
        min(requested_at) as first_attempted_at,
        max(requested_at) as last_attempted_at,
        count(*) as attempted_count,
    from marts.fct_sync_attempts
    where
        record_type = '{record_type}'
        and requested_at >= $range_start and requested_at < $range_end
        and (record_type <> 'attendance_posting' or campus_id = 'C1')
    group by all
)

select
    *,
    if(row_number() over (
        partition by campus_id, record_key order by last_attempted_at desc
    ) = 1, '*', null) as last_attempt,
from logged
"""
_SUMMARIES = """
create table reports.attempted_data_syncs as
    select campus_id, record_type, 0 as distinct_syncs
    from marts.dim_campuses, (select unnest($record_types[:4]) as record_type)
    where not is_deleted;
create table reports.system_data_summary as
    select campus_id, record_type, 0 as existing
    from reports.attempted_data_syncs;
"""
_CATALOG = """
create table marts.report_catalog as
select
    table_name as name,
    cast('[{"name": "campus"}, {"name": "range_start"}]' as json) as parameters,
    to_json(list(struct_pack(name := column_name, type := data_type)
        order by column_index)) as columns,
from duckdb_columns()
where schema_name = 'reports' and database_name = current_database()
group by table_name;
create table marts.publications as
select
    '000001' as publication_id,
    cast('{}' as json) as report_rows,
    cast($range_start as timestamptz) as range_start_at,
    cast($range_end as timestamptz) as range_end_at,
    now() as published_at;
"""


def make_served_file(
    path: Path,
    *,
    attempts: int = 60,
    errors_in_ten: int = 1,
    broken_by: Sequence[str] = (),
) -> Path:
    """Make a whole file, then let ``broken_by`` have it."""
    values = {
        "attempts": attempts,
        "errors_in_ten": errors_in_ten,
        "range_start": RANGE_START,
        "range_end": RANGE_END,
        "record_types": list(RECORD_TYPES),
    }
    logs = [_SYNC_LOG.format(record_type=record_type) for record_type in RECORD_TYPES]
    with duckdb.connect(str(path)) as connection:
        connection.execute("set timezone = 'UTC'")
        for script in (_MARTS, *logs, _SUMMARIES, _CATALOG, *broken_by):
            for statement in script.split(";\n"):
                names = [name for name in values if f"${name}" in statement]
                connection.execute(statement, {name: values[name] for name in names})
    return path


def longer(range_: tuple[datetime, datetime], days: int) -> tuple[datetime, datetime]:
    """The range with ``days`` more at its start."""
    return range_[0] - timedelta(days=days), range_[1]
