-- One row per lane, run and campus-time start in the window. A lane is a numbered
-- series of runs of one job: tier 0 has every run, tier 1 leaves out weekends and the
-- holiday week. An item is then a lane and two run numbers, and its requests are the
-- runs between them.
create table runs as
with
planned_days as (
    select
        (getvariable('window_start')::date + (day_offset - 1)::integer) as planned_date
    from range(getvariable('day_count') + 3) as counted (day_offset)
),

-- The holiday week is in March of the default world; a window under four weeks has
-- none.
days as (
    select
        planned_date,
        isodow(planned_date) <= 5 as is_weekday,
        isodow(planned_date) >= 6
        or (
            getvariable('day_count') >= 28
            and date_trunc('week', planned_date) = date_trunc(
                'week',
                getvariable('window_end')
                - to_days((getvariable('day_count') * 35 // 100)::integer)
            )
        ) as is_thin
    from planned_days
),

unnested as (
    select
        campus_no,
        campus_id,
        time_zone,
        job_no,
        job_id,
        is_weekdays_only,
        minute_of_hour,
        unnest(hours) as hour_of_day
    from schedules
    where is_enabled
),

started as (
    select
        unnested.campus_no,
        unnested.campus_id,
        unnested.job_no,
        unnested.job_id,
        days.is_thin,
        utc_instant(
            days.planned_date
            + to_minutes(
                (unnested.hour_of_day * 60 + unnested.minute_of_hour)::integer
            ),
            unnested.time_zone
        ) as started_at
    from unnested
    cross join days
    where days.is_weekday or not unnested.is_weekdays_only
),

-- The session job of one campus fell silent four days before the end: an overdue job.
in_window as (
    select
        *,
        bool_and(is_thin) over (partition by campus_no, job_no) as has_thin_days_only
    from started
    where
        started_at >= getvariable('window_start')
        and started_at < getvariable('window_end')
        and not (
            campus_no = least(2, getvariable('campus_count'))
            and job_no = 4
            and getvariable('day_count') >= 10
            and started_at >= getvariable('window_end') - interval 4 days
        )
),

tiers as (
    select unnest([0, 1]) as tier
),

numbered as (
    select
        in_window.*,
        (in_window.campus_no * 100 + in_window.job_no * 10 + tiers.tier)::integer
            as lane_no,
        (row_number() over (
            partition by in_window.campus_no, in_window.job_no, tiers.tier
            order by in_window.started_at
        ))::integer as run_no
    from in_window
    cross join tiers
    where tiers.tier = 0 or in_window.has_thin_days_only or not in_window.is_thin
),

-- A request takes a second and a half, as long as the whole run stays under 25 minutes.
paces as (
    select
        campus_no,
        job_no,
        sum(sends) * 1500 as busy_ms
    from budgets
    group by campus_no, job_no
),

final as (
    select
        numbered.lane_no,
        numbered.run_no,
        numbered.campus_no,
        numbered.campus_id,
        numbered.job_no,
        numbered.job_id,
        numbered.started_at,
        numbered.started_at::date as run_date,
        greatest(
            1,
            least(
                1500000,
                2000 + paces.busy_ms // count(*) over (partition by numbered.lane_no),
                datediff('millisecond', numbered.started_at, getvariable('window_end'))
            )
        )::bigint as spread_ms,
        entity_key(
            numbered.campus_no,
            concat(numbered.job_no, '-', epoch(numbered.started_at)::bigint),
            'run'
        ) as draw_key
    from numbered
    inner join paces
        on
            numbered.campus_no = paces.campus_no
            and numbered.job_no = paces.job_no
)

select
    *,
    chance(draw_key, 'outage', 40)
    or (
        campus_no = 1
        and job_no = 2
        and run_date
        = (
            getvariable('window_start')
            + to_days((getvariable('day_count') // 2)::integer)
        )::date
    ) as is_outage
from final
order by lane_no, run_no;
