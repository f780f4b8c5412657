-- Counts and statistics stand under data in real answers, statistics at the top in the
-- documents.

with jobs as (
    select
        source,
        job_id,
        job,
        fetch_no
    from {{ ref('stg_canvas__jobs') }}
    qualify row_number() over (
        partition by source, job_id
        order by fetch_no desc
    ) = 1
),

sources as (
    select
        source,
        campus_id,
        sis_type
    from {{ ref('stg_connected__sources') }}
),

told as (
    select
        source,
        job_id,
        job,
        fetch_no,
        job ->> '$.workflow_state' as workflow_state,
        job -> '$.data.counts' as row_counts,
        cast(job -> '$.data.completed_importers' as varchar[]) as completed_importers,
        case
            when json_type(job, '$.statistics') = 'OBJECT' then job -> '$.statistics'
            else job -> '$.data.statistics'
        end as state_changes,
        case
            when workflow_state in ('imported', 'restored', 'partially_restored')
                then 'Completed'
            when workflow_state = 'imported_with_messages' then 'Warning'
            when workflow_state in ('failed', 'failed_with_messages', 'aborted')
                then 'Failed'
            else 'In Progress'
        end as status
    from jobs
),

final as (
    select
        sources.campus_id,
        told.source,
        told.job_id,
        'Roster Import' as type,
        coalesce(told.job ->> '$.user.name', 'Integrations Admin') as posted_by,
        coalesce(sources.sis_type, told.job ->> '$.data.import_type') as sis_type,
        case
            when told.status in ('Failed', 'In Progress')
                then coalesce(told.completed_importers[-1], told.workflow_state)
        end as stage,
        told.status,
        told.workflow_state,
        told.row_counts,
        told.state_changes,
        told.job as job_json,
        try_cast(told.job ->> '$.progress' as integer) as progress,
        try_cast(told.row_counts ->> '$.error_count' as bigint) as told_error_count,
        try_cast(told.row_counts ->> '$.warning_count' as bigint) as told_warning_count,
        told.fetch_no,
        try_cast(told.job ->> '$.created_at' as timestamptz) as created_at,
        try_cast(told.job ->> '$.started_at' as timestamptz) as started_at,
        try_cast(told.job ->> '$.ended_at' as timestamptz) as ended_at,
        try_cast(told.job ->> '$.updated_at' as timestamptz) as updated_at
    from told
    inner join sources on told.source = sources.source
)

select * from final
