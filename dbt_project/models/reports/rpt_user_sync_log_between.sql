{{ config(
    materialized='table_function',
    alias='user_sync_log_between',
    parameters=['campus', 'range_start', 'range_end'],
) }}

with final as (
    select *
    from {{ ref('sync_log_between') }}('user', campus, range_start, range_end)
)

select
    {{ report_columns('user_sync_log') }}
from final
order by
    {{ report_order('user_sync_log') }}
