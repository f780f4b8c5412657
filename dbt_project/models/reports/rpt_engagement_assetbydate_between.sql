{{ config(
    materialized='table_function',
    alias='engagement_assetbydate_between',
    parameters=['campus', 'range_start', 'range_end'],
) }}

with engagement as (
    {{ engagement_rows('assetbydate') }}
),

final as (
    select *
    from engagement
    where
        {{ of_campus() }}
        and {{ in_range('window_start') }}
)

select
    {{ report_columns('engagement_assetbydate') }}
from final
order by
    {{ report_order('engagement_assetbydate') }}
