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

final as (
    select
        overdue.campus_id,
        cast(null as varchar) as record_type,
        cast(null as varchar) as record_key,
        overdue.job_id,
        concat_ws('|', overdue.job_id, epoch_us(overdue.last_request_at)) as shown_by,
        overdue.first_missed_at as first_seen_at,
        overdue.last_due_at as last_seen_at,
        cast(null as timestamp with time zone) as resolved_at,
        overdue.missed_count as occurrences,
        'Job ' || coalesce(overdue.job || ' (' || overdue.job_id || ')', overdue.job_id)
        || ' was due on ' || overdue.due_date || ' and sent nothing.' as title,
        {{ evidence({
            'schedule_cron': 'overdue.schedule_cron',
            'last_due_at': 'overdue.last_due_at',
            'last_request_at': 'overdue.last_request_at',
            'next_due_at': 'overdue.next_due_at',
            'missed_times': 'overdue.missed_count',
        }) }} as evidence,
        cast(null as varchar) as next_step,
        case overdue.integration_type when 'third_party' then 'vendor' end
            as next_step_owner
    from overdue
    left join {{ ref('blackout_periods') }} as blackouts
        on
            coalesce(blackouts.campus_id, overdue.campus_id) = overdue.campus_id
            and overdue.due_date between blackouts.from_date and blackouts.to_date
    where blackouts.from_date is null
)

select * from final
