-- Within one hour of the clock nothing is an hour apart: so the first and the last
-- request of each hour are enough. paused_at is null before the job's first request.

with hours_counted as (
    select
        campus_id,
        job_id,
        min(requested_at) as first_request_at,
        max(requested_at) as last_request_at
    from {{ ref('int_requests_deduplicated') }}
    where job_id is not null and requested_at < {{ run_instant('as_of') }}
    group by
        campus_id,
        job_id,
        epoch_us(requested_at) // 3600000000
),

pauses as (
    select
        campus_id,
        job_id,
        lag(last_request_at) over (
            partition by campus_id, job_id
            order by first_request_at
        ) as paused_at,
        first_request_at as resumed_at
    from hours_counted
    union all
    select
        campus_id,
        job_id,
        max(last_request_at) as paused_at,
        cast(null as timestamp with time zone) as resumed_at
    from hours_counted
    group by
        campus_id,
        job_id
),

final as (
    select * from pauses
    where
        paused_at is null
        or resumed_at is null
        or resumed_at - paused_at >= interval 1 hour
)

select * from final
