with overdue as (
    select
        jobs.*,
        cast(
            timezone(schedules.time_zone, jobs.last_due_at) as date
        ) as due_date,
        schedules.first_missed_at,
        schedules.missed_count
    from {{ ref('dim_integration_jobs') }} as jobs
    inner join {{ ref('int_job_schedules') }} as schedules
        on jobs.campus_id = schedules.campus_id and jobs.job_id = schedules.job_id
    where jobs.is_overdue and not jobs.is_deleted
),

missed as (
    select
        overdue.campus_id,
        overdue.job_id,
        overdue.last_request_at as paused_at,
        overdue.first_missed_at,
        overdue.last_due_at as last_missed_at,
        overdue.due_date as last_missed_date,
        overdue.missed_count,
        cast(null as timestamp with time zone) as resolved_at
    from overdue
    where not {{ is_blackout('overdue.campus_id', 'overdue.due_date') }}
    union all
    select
        campus_id,
        job_id,
        paused_at,
        first_missed_at,
        last_missed_at,
        last_missed_date,
        missed_count,
        resolved_at
    from {{ ref('int_schedules_missed') }}
),

final as (
    select
        missed.campus_id,
        cast(null as varchar) as record_type,
        cast(null as varchar) as record_key,
        missed.job_id,
        concat_ws('|', missed.job_id, epoch_us(missed.paused_at)) as shown_by,
        missed.first_missed_at as first_seen_at,
        missed.last_missed_at as last_seen_at,
        missed.resolved_at,
        missed.missed_count as occurrences,
        'Job ' || coalesce(jobs.job || ' (' || jobs.job_id || ')', jobs.job_id)
        || ' was due on ' || missed.last_missed_date || ' and sent nothing'
        || case when missed.resolved_at is null then '.' else ' for some time.' end
            as title,
        {{ evidence({
            'schedule_cron': 'jobs.schedule_cron',
            'last_due_at': 'missed.last_missed_at',
            'last_request_at': 'missed.paused_at',
            'next_due_at': 'jobs.next_due_at',
            'missed_times': 'missed.missed_count',
        }) }} as evidence,
        cast(null as varchar) as next_step,
        case jobs.integration_type when 'third_party' then 'vendor' end
            as next_step_owner
    from missed
    inner join {{ ref('dim_integration_jobs') }} as jobs
        on missed.campus_id = jobs.campus_id and missed.job_id = jobs.job_id
)

select * from final
