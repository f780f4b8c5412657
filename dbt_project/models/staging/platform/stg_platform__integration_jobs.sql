with landed as (
    select
        job_id,
        campus_id,
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
        _landed_file,
        _source_line
    from {{ source('platform', 'integration_jobs') }}
)

select * from landed
