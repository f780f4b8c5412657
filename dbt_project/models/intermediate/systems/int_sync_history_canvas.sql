select
    campus_id,
    source || ':' || job_id as sync_id,
    source,
    'Canvas' as app,
    'import' as direction,
    type as event,
    posted_by,
    coalesce(started_at, created_at) as started_at,
    ended_at as finished_at,
    status,
    stage,
    row_count as records,
    error_count as errors,
    case
        when status in ('Failed', 'Warning') and error_count + warning_count > 0
            then 'Mend the rows that its errors name, and import again.'
        when status = 'Failed'
            then 'Look at the job in Canvas: it says why it stopped.'
    end as next_step,
    case when status in ('Failed', 'Warning') then 'school' end as next_step_owner
from {{ ref('int_canvas_jobs_counted') }}
