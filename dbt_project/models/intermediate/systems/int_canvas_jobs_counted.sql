with jobs as (
    select *
    from {{ ref('int_canvas_jobs_described') }}
),

messages as (
    select
        source,
        job_id,
        count(*) filter (where severity = 'error') as error_count,
        count(*) filter (where severity = 'warning') as warning_count
    from {{ ref('int_canvas_messages_judged') }}
    group by source, job_id
),

-- What is no row of a file: messages, and records that a batch deleted.
types_counted as (
    select
        source,
        job_id,
        unnest(json_keys(row_counts)) as counted_type,
        row_counts
    from jobs
    where json_type(row_counts) = 'OBJECT'
),

rows_counted as (
    select
        source,
        job_id,
        cast(
            sum(try_cast(row_counts ->> counted_type as bigint)) as bigint
        ) as row_count
    from types_counted
    where
        counted_type not in ('error_count', 'warning_count')
        and counted_type not like 'batch\_%\_deleted' escape '\'
    group by source, job_id
),

final as (
    select
        jobs.campus_id,
        jobs.source,
        jobs.job_id,
        jobs.type,
        jobs.posted_by,
        jobs.sis_type,
        jobs.created_at,
        jobs.started_at,
        jobs.ended_at,
        coalesce(jobs.updated_at, jobs.created_at) as updated_at,
        jobs.stage,
        jobs.status,
        jobs.workflow_state,
        jobs.progress,
        jobs.row_counts,
        jobs.state_changes,
        coalesce(jobs.told_error_count, messages.error_count, 0) as error_count,
        coalesce(jobs.told_warning_count, messages.warning_count, 0) as warning_count,
        jobs.job_json,
        rows_counted.row_count
    from jobs
    left join messages
        on jobs.source = messages.source and jobs.job_id = messages.job_id
    left join rows_counted
        on jobs.source = rows_counted.source and jobs.job_id = rows_counted.job_id
)

select * from final
