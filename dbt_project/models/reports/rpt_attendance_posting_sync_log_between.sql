{{ config(
    materialized='table_function',
    alias='attendance_posting_sync_log_between',
    parameters=['campus', 'range_start', 'range_end'],
) }}

with final as (
    select *
    from
        {{ ref('sync_log_between') }}(
            'attendance_posting', campus, range_start, range_end
        )
    where
        campus_id in (
            select jobs.campus_id
            from {{ ref('dim_integration_jobs') }} as jobs
            where jobs.is_enabled and jobs.direction = 'out' and not jobs.is_deleted
        )
)

select
    {{ report_columns('attendance_posting_sync_log') }}
from final
order by
    {{ report_order('attendance_posting_sync_log') }}
