{{ config(
    materialized='table_function',
    alias='sync_history_between',
    parameters=['campus', 'range_start', 'range_end', 'app := null'],
) }}

with final as (
    select syncs.*
    from {{ ref('fct_sync_history') }} as syncs
    where
        {{ of_campus('syncs.campus_id') }}
        and {{ in_range('syncs.started_at') }}
        and (app is null or syncs.app = app)
)

select
    {{ report_columns('sync_history', of='final') }}
from final
order by
    {{ report_order('sync_history') }}
