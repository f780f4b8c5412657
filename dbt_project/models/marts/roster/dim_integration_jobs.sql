with newest as (
    select * from {{ ref('int_integration_jobs_versioned') }}
    where is_newest
),

timed as (
    select
        newest.*,
        requests.last_request_at,
        schedules.last_due_at,
        schedules.next_due_at
    from newest
    left join {{ ref('int_job_requests') }} as requests
        on newest.campus_id = requests.campus_id and newest.job_id = requests.job_id
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
