{{ config(
    materialized='table_function',
    alias='course_member_sync_log_between',
    parameters=['campus', 'range_start', 'range_end'],
) }}

with final as (
    select *
    from {{ ref('sync_log_between') }}('course_member', campus, range_start, range_end)
)

select
    {{ report_columns('course_member_sync_log') }}
from final
order by
    {{ report_order('course_member_sync_log') }}
