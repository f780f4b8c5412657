-- Over the whole log, also behind as_of: where a run begins and ends is no matter of
-- the range that is looked at.

with requests as (
    select
        campus_id,
        job_id,
        request_id,
        requested_at
    from {{ ref('int_requests_deduplicated') }}
    where job_id is not null
),

neighbours as (
    select
        *,
        lag(requested_at) over job_log as previous_at
    from requests
    window job_log as (
        partition by campus_id, job_id
        order by requested_at, request_id
    )
),

begun as (
    select
        *,
        case
            when
                previous_at is null
                or requested_at >= previous_at + interval 30 minutes
                then request_id
        end as first_request_id
    from neighbours
),

final as (
    select
        campus_id,
        job_id,
        request_id,
        last_value(first_request_id ignore nulls) over (
            partition by campus_id, job_id
            order by requested_at, request_id
            rows between unbounded preceding and current row
        ) as first_request_id,
        requested_at
    from begun
)

select * from final
