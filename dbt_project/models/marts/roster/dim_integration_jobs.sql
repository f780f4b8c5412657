with newest as (
    select
        jobs.campus_id,
        jobs.job_id,
        jobs.job,
        jobs.description,
        jobs.source_system,
        jobs.destination_system,
        jobs.integration_type,
        jobs.vendor,
        jobs.record_types,
        jobs.direction,
        jobs.schedule_cron,
        jobs.frequency,
        jobs.is_enabled,
        jobs.valid_to_at,
        requests.last_request_at
    from {{ ref('int_integration_jobs_versioned') }} as jobs
    left join {{ ref('int_job_requests') }} as requests
        on jobs.campus_id = requests.campus_id and jobs.job_id = requests.job_id
    where jobs.is_newest
    union all by name
    select
        campus_id,
        job_id,
        job,
        description,
        source_system,
        'Rollbook' as destination_system,
        'in' as direction,
        schedule_cron,
        true as is_enabled,
        last_request_at
    from {{ ref('int_sources_scheduled') }}
),

timed as (
    select
        newest.*,
        schedules.last_due_at,
        schedules.next_due_at
    from newest
    left join {{ ref('int_job_schedules') }} as schedules
        on newest.campus_id = schedules.campus_id and newest.job_id = schedules.job_id
),

final as (
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
        coalesce(
            is_enabled
            and last_due_at <= {{ run_instant('as_of') }} - interval 1 hour
            and (last_request_at is null or last_request_at < last_due_at),
            false
        ) as is_overdue,
        valid_to_at is not null as is_deleted,
        last_request_at,
        last_due_at,
        next_due_at,
        valid_to_at as deleted_at
    from timed
)

select * from final
order by
    campus_id asc,
    job_id asc
