{{ config(
    materialized='table_function',
    alias='engagement_videoview_between',
    parameters=['campus', 'range_start', 'range_end'],
) }}

with engagement as (
    {{ engagement_rows('videoview') }}
),

final as (
    select *
    from engagement
    where
        {{ of_campus() }}
        and {{ in_range('coalesce(event_timestamp, window_start)') }}
)

select
    {{ report_columns('engagement_videoview') }}
from final
order by
    {{ report_order('engagement_videoview') }}
