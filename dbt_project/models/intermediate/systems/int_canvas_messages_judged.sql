-- An answer does not say which messages are errors. Canvas does when it is asked for
-- the failures alone; else the job's own lists, its counts and its state tell.

{% set most_listed = 24 %}

with messages as (
    select
        source,
        job_id,
        origin,
        file_name,
        message,
        severity,
        line_number,
        place,
        fetch_no
    from {{ ref('int_canvas_messages_kept') }}
),

jobs as (
    select
        campus_id,
        source,
        job_id,
        workflow_state,
        told_error_count,
        told_warning_count,
        updated_at
    from {{ ref('int_canvas_jobs_described') }}
),

failures as (
    select
        source,
        job_id,
        fetch_no,
        file_name,
        message,
        line_number,
        count(*) as failure_count
    from {{ ref('stg_canvas__errors') }}
    where origin = 'failures'
    group by source, job_id, fetch_no, file_name, message, line_number
),

failures_asked as (
    select
        source,
        job_id,
        fetch_no,
        sum(failure_count) as failure_count
    from failures
    group by source, job_id, fetch_no
),

listed as (
    select
        source,
        job_id,
        file_name,
        message,
        min(severity) as severity
    from {{ ref('int_canvas_messages_listed') }}
    group by source, job_id, file_name, message
),

listed_counts as (
    select
        source,
        job_id,
        count(*) filter (where severity = 'error') as error_count,
        count(*) filter (where severity = 'warning') as warning_count
    from {{ ref('int_canvas_messages_listed') }}
    group by source, job_id
),

final as (
    select
        jobs.campus_id,
        messages.source,
        messages.job_id,
        case
            when messages.severity is not null then messages.severity
            when jobs.workflow_state = 'imported_with_messages' then 'warning'
            -- Canvas that does not know the question gives all.
            when
                messages.origin = 'endpoint'
                and failures_asked.failure_count = jobs.told_error_count
                then if(failures.message is null, 'warning', 'error')
            when listed.severity is not null then listed.severity
            when jobs.told_error_count = 0 then 'warning'
            when jobs.told_warning_count = 0 then 'error'
            when listed_counts.error_count < {{ most_listed }} then 'warning'
            else 'error'
        end as severity,
        messages.file_name,
        messages.message,
        messages.line_number,
        messages.place,
        jobs.updated_at
    from messages
    inner join jobs
        on messages.source = jobs.source and messages.job_id = jobs.job_id
    left join failures_asked
        on
            messages.source = failures_asked.source
            and messages.job_id = failures_asked.job_id
            and messages.fetch_no = failures_asked.fetch_no
    left join failures
        on
            messages.source = failures.source
            and messages.job_id = failures.job_id
            and messages.fetch_no = failures.fetch_no
            and messages.file_name is not distinct from failures.file_name
            and messages.message is not distinct from failures.message
            and messages.line_number is not distinct from failures.line_number
    left join listed
        on
            messages.source = listed.source
            and messages.job_id = listed.job_id
            and messages.file_name is not distinct from listed.file_name
            and messages.message is not distinct from listed.message
    left join listed_counts
        on
            messages.source = listed_counts.source
            and messages.job_id = listed_counts.job_id
)

select * from final
