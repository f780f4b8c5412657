{{ config(
    materialized='table_function',
    alias='course_sync_log_between',
    parameters=['campus', 'range_start', 'range_end'],
) }}

with final as (
    select
        *,
        course_name as name
    from {{ ref('sync_log_between') }}('course', campus, range_start, range_end)
)

select
    {{ report_columns('course_sync_log') }}
from final
order by
    {{ report_order('course_sync_log') }}
