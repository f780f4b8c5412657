{{ config(
    materialized='table_function',
    alias='attendance_session_sync_log_between',
    parameters=['campus', 'range_start', 'range_end'],
) }}

with final as (
    select *
    from
        {{ ref('sync_log_between') }}(
            'attendance_session', campus, range_start, range_end
        )
)

select
    {{ report_columns('attendance_session_sync_log') }}
from final
order by
    {{ report_order('attendance_session_sync_log') }}
