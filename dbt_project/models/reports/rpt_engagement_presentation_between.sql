{{ config(
    materialized='table_function',
    alias='engagement_presentation_between',
    parameters=['campus', 'range_start', 'range_end'],
) }}

with engagement as (
    {{ engagement_rows('presentation') }}
),

final as (
    select *
    from engagement
    where
        {{ of_campus() }}
        and {{ in_range('coalesce(event_timestamp, window_start)') }}
)

select
    {{ report_columns('engagement_presentation') }}
from final
order by
    {{ report_order('engagement_presentation') }}
