with final as (
    select
        campus_id,
        job_id,
        job,
        description,
        source_system,
        destination_system,
        integration_type,
        vendor,
        record_types,
        direction,
        schedule_cron,
        frequency,
        is_enabled,
        valid_to_at is null as is_current,
        valid_from_at,
        valid_to_at
    from {{ ref('int_integration_jobs_versioned') }}
)

select * from final
order by
    campus_id asc,
    job_id asc,
    valid_from_at asc
