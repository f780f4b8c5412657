with configured as (
    select
        source,
        kind,
        campus_id,
        schedule_cron,
        time_zone
    from {{ ref('stg_readings__configured') }}
),

attempts as (
    select
        source,
        row_count,
        warnings,
        error,
        read_as_of,
        attempted_at,
        row_number() over (
            partition by source
            order by attempted_at desc, read_as_of desc
        ) as recency
    from {{ ref('stg_readings__attempts') }}
),

attempts_summed_to_source as (
    select
        source,
        max(attempted_at) as last_attempt_at,
        max(attempted_at) filter (where error is null) as last_success_at,
        min_by(error, recency) filter (where error is not null) as last_error,
        bool_or(recency = 1 and error is not null) as is_failing,
        array_to_string(any_value(warnings) filter (where recency = 1), '; ')
            as warnings,
        min_by(row_count, recency) filter (where error is null) as row_count,
        min_by(read_as_of, recency) filter (where error is null) as read_as_of
    from attempts
    group by source
),

final as (
    select
        configured.source,
        configured.kind,
        configured.campus_id,
        configured.schedule_cron,
        configured.time_zone,
        case
            when summed.last_attempt_at is null then 'unread'
            when summed.is_failing then 'failed'
            when coalesce(summed.warnings, '') <> '' then 'warning'
            else 'read'
        end as status,
        summed.last_error,
        nullif(summed.warnings, '') as warnings,
        summed.row_count,
        round(
            date_diff('second', summed.read_as_of, {{ run_instant('as_of') }})
            / 3600,
            2
        ) as freshness_hours,
        summed.last_success_at,
        summed.last_attempt_at
    from configured
    left join attempts_summed_to_source as summed
        on configured.source = summed.source
)

select * from final
