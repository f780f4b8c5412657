{{ config(
    materialized='table_function',
    alias='engagement_viewsessiondetails_between',
    parameters=['campus', 'range_start', 'range_end'],
) }}

with engagement as (
    {{ engagement_rows('viewsessiondetails') }}
),

final as (
    select *
    from engagement
    where
        {{ of_campus() }}
        and {{ in_range('coalesce(event_timestamp, window_start)') }}
)

select
    {{ report_columns('engagement_viewsessiondetails') }}
from final
order by
    {{ report_order('engagement_viewsessiondetails') }}
