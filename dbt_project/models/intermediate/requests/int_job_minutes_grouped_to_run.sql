-- By minutes: within one no gap of 30 lies, so that only what lies between them is
-- looked at, and a few hundred thousand are sorted instead of every request. Beginnings
-- are summed: DuckDB counts with a filter over a running frame anew for each row.

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

begun as (
    select
        *,
        coalesce(first_at >= previous_at + interval 30 minutes, true) as is_beginning
    from neighbours
),

final as (
    select
        campus_id,
        job_id,
        minute_no,
        cast(sum(cast(is_beginning as integer)) over (
            order by campus_id, job_id, minute_no
            rows between unbounded preceding and current row
        ) as bigint) as run_no,
        request_count,
        first_at,
        last_at
    from begun
)

select * from final
