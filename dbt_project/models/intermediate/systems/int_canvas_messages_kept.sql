-- Canvas drops errors after 30 days, and a job lists 24 at most: of all readings of a
-- job's messages the one with the most counts, then the newest.

with read_messages as (
    select
        source,
        job_id,
        origin,
        file_name,
        message,
        cast(null as varchar) as severity,
        line_number,
        place,
        fetch_no
    from {{ ref('stg_canvas__errors') }}
    where origin in ('endpoint', 'attachment')
    union all
    select
        source,
        job_id,
        'job' as origin,
        file_name,
        message,
        severity,
        cast(null as bigint) as line_number,
        place,
        fetch_no
    from {{ ref('int_canvas_messages_listed') }}
),

readings_ranked as (
    select
        source,
        job_id,
        origin,
        fetch_no
    from read_messages
    group by source, job_id, origin, fetch_no
    qualify row_number() over (
        partition by source, job_id
        order by
            count(*) desc,
            fetch_no desc,
            list_position(['endpoint', 'attachment', 'job'], origin) asc
    ) = 1
)

select
    read_messages.source,
    read_messages.job_id,
    read_messages.origin,
    read_messages.file_name,
    read_messages.message,
    read_messages.severity,
    read_messages.line_number,
    read_messages.place,
    read_messages.fetch_no
from read_messages
inner join readings_ranked
    on
        read_messages.source = readings_ranked.source
        and read_messages.job_id = readings_ranked.job_id
        and read_messages.origin = readings_ranked.origin
        and read_messages.fetch_no = readings_ranked.fetch_no
