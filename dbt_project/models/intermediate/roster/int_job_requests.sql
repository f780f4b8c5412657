-- One row per job that sent a request before as_of; also one whose bulk was empty.

with final as (
    select
        campus_id,
        job_id,
        max(last_at) as last_request_at
    from {{ ref('int_job_minutes_grouped_to_run') }}
    group by
        campus_id,
        job_id
)

select * from final
