with days as (
    select
        campus_id,
        job_id,
        requested_date,
        cast(sum(record_count) as bigint) as record_count,
        cast(sum(failed_count) as bigint) as failed_count,
        min(first_attempt_no) as first_attempt_no,
        max(last_requested_at) as last_requested_at
    from {{ ref('int_job_days_counted') }}
    group by
        campus_id,
        job_id,
        requested_date
),

final as (
    select
        days.campus_id,
        days.job_id,
        days.requested_date,
        days.record_count,
        days.failed_count,
        days.first_attempt_no,
        days.last_requested_at,
        min(days.requested_date) over (
            partition by days.campus_id, days.job_id
        ) as job_first_date,
        {{ is_blackout('days.campus_id', 'days.requested_date') }} as is_blackout
    from days
)

select * from final
