-- A job was overdue from an hour after it was due until it sent anything, or until a
-- snapshot no longer had it enabled. Only what a snapshot of that time says counts: so
-- nothing is told of the time before the first one. It leaves out what is not over.

with jobs as (
    select
        jobs.*,
        coalesce(campuses.time_zone, 'UTC') as time_zone
    from {{ ref('int_integration_jobs_versioned') }} as jobs
    left join {{ ref('int_campuses_versioned') }} as campuses
        on jobs.campus_id = campuses.campus_id and campuses.is_newest
    where jobs.is_enabled and jobs.schedule_cron is not null
),

known as (
    select
        campus_id,
        job_id,
        nullif(max(coalesce(valid_to_at, 'infinity')), 'infinity') as known_to_at
    from jobs
    group by
        campus_id,
        job_id
),

due as (
    select
        jobs.campus_id,
        jobs.job_id,
        times.due_at,
        cast(timezone(jobs.time_zone, times.due_at) as date) as due_date
    from jobs
    inner join {{ ref('int_schedule_times') }} as times
        on
            jobs.schedule_cron = times.schedule_cron
            and jobs.time_zone = times.time_zone
            and jobs.valid_from_at <= times.due_at
            and times.due_at + interval 1 hour
            < coalesce(jobs.valid_to_at, 'infinity')
),

heeded as (
    select *
    from due
    where not {{ is_blackout('due.campus_id', 'due.due_date') }}
),

missed as (
    select
        heeded.*,
        pauses.paused_at,
        coalesce(pauses.resumed_at, known.known_to_at) as resolved_at
    from heeded
    inner join {{ ref('int_job_pauses') }} as pauses
        on
            heeded.campus_id = pauses.campus_id
            and heeded.job_id = pauses.job_id
            and heeded.due_at > coalesce(pauses.paused_at, '-infinity')
            and heeded.due_at + interval 1 hour
            <= coalesce(pauses.resumed_at, 'infinity')
    inner join known
        on heeded.campus_id = known.campus_id and heeded.job_id = known.job_id
),

final as (
    select
        campus_id,
        job_id,
        paused_at,
        min(due_at) as first_missed_at,
        max(due_at) as last_missed_at,
        max(due_date) as last_missed_date,
        count(*) as missed_count,
        any_value(resolved_at) as resolved_at
    from missed
    where resolved_at is not null
    group by
        campus_id,
        job_id,
        paused_at
)

select * from final
