-- One row per job that sent a request before as_of; also one whose bulk was empty.

with final as (
    select
        campus_id,
        job_id,
        max(requested_at) as last_request_at
    from {{ ref('int_requests_deduplicated') }}
    where job_id is not null and requested_at < {{ run_instant('as_of') }}
    group by
        campus_id,
        job_id
)

select * from final
