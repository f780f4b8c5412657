-- The messages that stand in a job itself, the first 24 of either severity.

with jobs as (
    select
        source,
        job_id,
        job_json,
        fetch_no
    from {{ ref('int_canvas_jobs_described') }}
),

listed as (
    select
        source,
        job_id,
        fetch_no,
        'error' as severity,
        unnest(cast(job_json -> '$.processing_errors' as json[])) as pair,
        generate_subscripts(
            cast(job_json -> '$.processing_errors' as json[]), 1
        ) as place
    from jobs
    where json_type(job_json, '$.processing_errors') = 'ARRAY'
    union all
    select
        source,
        job_id,
        fetch_no,
        'warning' as severity,
        unnest(cast(job_json -> '$.processing_warnings' as json[])) as pair,
        generate_subscripts(
            cast(job_json -> '$.processing_warnings' as json[]), 1
        ) as place
    from jobs
    where json_type(job_json, '$.processing_warnings') = 'ARRAY'
)

select
    source,
    job_id,
    severity,
    pair ->> '$[0]' as file_name,
    pair ->> '$[1]' as message,
    place,
    fetch_no
from listed
