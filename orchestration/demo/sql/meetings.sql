-- One row per course and date it meets: the sessions, before anybody has sent one.
create table meetings as
with
dates as (
    select
        (
            getvariable('window_start')::date + (day_offset - 12)::integer
        ) as meeting_date,
        isodow(meeting_date) as weekday
    from range(getvariable('day_count') + 26) as counted (day_offset)
),

meeting_dates as (
    select
        meeting_date,
        weekday
    from dates
    where
        getvariable('day_count') < 28
        or date_trunc('week', meeting_date) <> date_trunc(
            'week',
            getvariable('window_end')
            - to_days((getvariable('day_count') * 35 // 100)::integer)
        )
),

timetabled as (
    select
        campus_no,
        course_no,
        draw_key,
        time_zone,
        is_ghost,
        minute_of_day,
        session_minutes,
        start_date,
        end_date,
        created_at,
        unnest(meeting_days) as weekday
    from courses
),

met as (
    select
        timetabled.*,
        meeting_dates.meeting_date,
        utc_instant(
            meeting_dates.meeting_date + to_minutes(timetabled.minute_of_day),
            timetabled.time_zone
        ) as starts_at
    from timetabled
    inner join meeting_dates on timetabled.weekday = meeting_dates.weekday
    where
        meeting_dates.meeting_date between timetabled.start_date and timetabled.end_date
),

numbered as (
    select
        campus_no,
        course_no,
        (
            row_number() over (partition by campus_no order by course_no, meeting_date)
        )::integer
            as session_no,
        meeting_date,
        starts_at,
        starts_at + to_minutes(session_minutes) as ends_at,
        minute_of_day,
        session_minutes,
        is_ghost as is_of_ghost,
        created_at as course_created_at,
        course_no in (2, 4) or chance(draw_key, 'sent in bulk', 2500) as is_bulk,
        course_no = 4 or chance(draw_key, 'pooled', 5000) as is_pooled,
        campus_no * 100 + 40 as lane_no
    from met
),

final as (
    select
        *,
        entity_key(campus_no, session_no, 'session') as draw_key,
        greatest(
            starts_at - to_hours((24 * 5 + pick(draw_key, 'notice', 480))::integer),
            course_created_at + interval 12 hours
        ) as announced_at
    from numbered
)

select
    * exclude (is_pooled, course_created_at),
    case
        when is_bulk and is_pooled then -1 - course_no % 2
        when is_bulk then course_no
    end as pool_no
from final
where announced_at < getvariable('window_end')
order by campus_no, session_no;

-- One row per meeting, with the runs of the session job between its announcement and
-- its start; null where the job never runs in between.
create table announced as
with
found as (
    select
        meetings.*,
        runs.run_no as announced_no
    from meetings
    asof left join runs
        on meetings.lane_no = runs.lane_no and meetings.announced_at <= runs.started_at
)

select
    found.* exclude (announced_no),
    case when found.announced_no <= runs.run_no then found.announced_no end as first_no,
    case when found.announced_no <= runs.run_no then runs.run_no end as last_no,
    found.announced_at < getvariable('window_start') as is_old
from found
asof left join runs
    on found.lane_no = runs.lane_no and found.starts_at > runs.started_at
order by found.campus_no, found.session_no;
