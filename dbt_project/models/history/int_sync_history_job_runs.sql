with jobs as (
    select
        campus_id,
        job_id,
        job,
        source_system,
        destination_system,
        integration_type,
        vendor,
        direction
    from {{ ref('int_integration_jobs_versioned') }}
    where is_newest
),

final as (
    select
        runs.campus_id,
        'platform:' || runs.campus_id || ':' || runs.run_id as sync_id,
        'platform' as source,
        case
            when jobs.direction = 'out' then jobs.destination_system
            else jobs.source_system
        end as app,
        case when jobs.direction = 'out' then 'export' else 'import' end
            as direction,
        coalesce(jobs.job, runs.job_id) as event,
        case
            when jobs.integration_type = 'managed' then 'managed'
            else jobs.vendor
        end as posted_by,
        runs.status,
        case
            when runs.status = 'Failed' then 'requests'
            when runs.status = 'In Progress' then 'requests'
        end as stage,
        case
            when runs.status = 'Failed'
                then 'Every record failed: look at the errors of its sync log.'
            when runs.status = 'Warning'
                then 'Some records failed: look at the errors of its sync log.'
        end as next_step,
        case
            when runs.status not in ('Failed', 'Warning') then null
            when jobs.integration_type = 'managed' then 'platform'
            else 'vendor'
        end as next_step_owner,
        runs.record_count as records,
        runs.failed_record_count as errors,
        runs.started_at,
        runs.finished_at
    from {{ ref('fct_job_runs') }} as runs
    left join jobs
        on runs.campus_id = jobs.campus_id and runs.job_id = jobs.job_id
)

select * from final
