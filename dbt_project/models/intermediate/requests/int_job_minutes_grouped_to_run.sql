-- By minutes: within one no gap of 30 lies, so that only what lies between them is
-- looked at, and a few hundred thousand are sorted instead of every request.

with minutes as (
    select
        campus_id,
        job_id,
        {{ minute_number('requested_at') }} as minute_no,
        count(*) as request_count,
        min(requested_at) as first_at,
        max(requested_at) as last_at
    from {{ ref('int_requests_deduplicated') }}
    where
        job_id is not null
        and requested_at < {{ run_instant('as_of') }}
    group by
        campus_id,
        job_id,
        minute_no
),

neighbours as (
    select
        *,
        lag(last_at) over job_minutes as previous_at
    from minutes
    window job_minutes as (partition by campus_id, job_id order by minute_no)
),

final as (
    select
        campus_id,
        job_id,
        minute_no,
        cast(
            count_if(coalesce(first_at >= previous_at + interval 30 minutes, true))
                over (order by campus_id, job_id, minute_no)
            as bigint
        ) as run_no,
        request_count,
        first_at,
        last_at
    from neighbours
)

select * from final
