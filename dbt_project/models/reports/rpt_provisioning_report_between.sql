{{ config(
    materialized='table_function',
    alias='provisioning_report_between',
    parameters=['campus', 'range_start', 'range_end'],
) }}

with final as (
    select *
    from {{ ref('fct_provisioning_events') }}
    where
        {{ of_campus() }}
        and {{ in_range('date_started') }}
)

select
    {{ report_columns('provisioning_report') }}
from final
order by
    {{ report_order('provisioning_report') }}
