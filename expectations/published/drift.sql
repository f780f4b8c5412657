-- Days on which a campus expects no regular syncs.
create or replace temp macro is_blackout(campus, day) as
    exists(
        select 1
        from served.seeds.blackout_periods as blackouts
        where
            coalesce(blackouts.campus_id, campus) = campus
            and day between blackouts.from_date and blackouts.to_date
    );

-- One row per report: its rows, and the median of those in earlier publications of an
-- equally long range. The newest row of publications is the one of this very file.
create table report_volumes as
with earlier as (
    select
        publication_id,
        report_rows,
        published_at,
    from served.marts.publications
    where
        epoch(range_end_at) - epoch(range_start_at)
        = epoch($range_end) - epoch($range_start)
    order by
        published_at desc,
        publication_id desc
    limit $usual_publications + 1
),

earlier_rows as (
    select
        report,
        cast(json_extract(report_rows, '$."' || report || '"') as bigint) as row_count,
    from (
        select
            unnest(json_keys(report_rows)) as report,
            report_rows,
        from earlier
        qualify
            dense_rank() over (order by published_at desc, publication_id desc) > 1
    )
),

usual as (
    select
        report,
        median(row_count) as usual_rows,
        count(*) as publications,
    from earlier_rows
    group by report
)

select
    report_metrics.report,
    report_metrics.row_count,
    usual.usual_rows,
    case
        when
            usual.publications >= $min_publications
            and usual.usual_rows >= $min_report_rows
            then report_metrics.row_count / usual.usual_rows
    end as row_share,
from report_metrics
left join usual
    using (report)
order by report_metrics.report asc;

-- One row per job and whole campus day that was not judged before. Distinct syncs add
-- up over record types and operations, because each has one of both.
create table job_days as
with days as (
    select
        activity.campus_id,
        activity.job_id,
        activity.requested_date,
        sum(activity.distinct_sync_count) as distinct_syncs,
        sum(activity.error_count) / sum(activity.attempt_count) as error_share,
        any_value(campuses.time_zone) as time_zone,
        is_blackout(activity.campus_id, activity.requested_date) as is_blackout,
    from served.marts.fct_daily_sync_activity as activity
    inner join served.marts.dim_campuses as campuses
        on activity.campus_id = campuses.campus_id
    where
        activity.requested_date
        < cast(timezone(campuses.time_zone, cast($range_end as timestamptz)) as date)
    group by
        activity.campus_id,
        activity.job_id,
        activity.requested_date
),

days_numbered as (
    select
        *,
        row_number() over (
            partition by campus_id, job_id
            order by requested_date
        ) as number,
    from days
),

judged_days as (
    select *
    from days_numbered
    where
        requested_date >= cast(
            timezone(
                time_zone,
                coalesce(
                    cast($judged_from as timestamptz),
                    cast($range_end as timestamptz) - to_days($recent_days)
                )
            ) as date
        )
),

compared as (
    select
        judged_days.campus_id,
        judged_days.job_id,
        judged_days.requested_date,
        any_value(judged_days.distinct_syncs) as distinct_syncs,
        any_value(judged_days.error_share) as error_share,
        any_value(judged_days.is_blackout) as is_blackout,
        min(earlier.distinct_syncs) filter (where not earlier.is_blackout)
            as fewest_syncs,
        max(earlier.distinct_syncs) filter (where not earlier.is_blackout)
            as most_syncs,
        max(earlier.error_share) as highest_error_share,
        count(earlier.number) as earlier_days,
        count(earlier.number) filter (where not earlier.is_blackout)
            as regular_days,
    from judged_days
    left join days_numbered as earlier
        on
            judged_days.campus_id = earlier.campus_id
            and judged_days.job_id is not distinct from earlier.job_id
            and earlier.number between judged_days.number - $usual_days
            and judged_days.number - 1
    group by
        judged_days.campus_id,
        judged_days.job_id,
        judged_days.requested_date
)

select
    *,
    case
        when earlier_days >= $min_days and distinct_syncs >= $min_syncs
            then round(error_share - highest_error_share, 6)
    end as error_share_rise,
    case
        when is_blackout or regular_days < $min_days or most_syncs < $min_syncs
            then null
        when distinct_syncs < fewest_syncs then distinct_syncs / fewest_syncs
        when distinct_syncs > most_syncs then distinct_syncs / most_syncs
        else 1
    end as volume_share,
from compared
order by
    campus_id asc,
    job_id asc nulls last,
    requested_date asc;

-- One row per campus with a scheduled job. When a job is overdue says its dimension; in
-- a blackout it may be.
create table campus_jobs as
with jobs as (
    select
        jobs.campus_id,
        jobs.is_overdue and not is_blackout(
            jobs.campus_id,
            cast(
                timezone(coalesce(campuses.time_zone, 'UTC'), jobs.last_due_at) as date
            )
        ) as is_missed,
    from served.marts.dim_integration_jobs as jobs
    left join served.marts.dim_campuses as campuses
        on jobs.campus_id = campuses.campus_id
    where
        jobs.is_enabled and not jobs.is_deleted and jobs.schedule_cron is not null
)

select
    campus_id,
    count(*) as scheduled_jobs,
    count(*) filter (where is_missed) as overdue_jobs,
    count(*) filter (where is_missed) / count(*) as overdue_share,
from jobs
group by campus_id
order by campus_id asc
