{{ config(
    materialized='table_function',
    alias='engagement_viewsessions_between',
    parameters=['campus', 'range_start', 'range_end'],
) }}

with engagement as (
    {{ engagement_rows('viewsessions') }}
),

final as (
    select *
    from engagement
    where
        {{ of_campus() }}
        and {{ in_range('coalesce(event_timestamp, window_start)') }}
)

select
    {{ report_columns('engagement_viewsessions') }}
from final
order by
    {{ report_order('engagement_viewsessions') }}
