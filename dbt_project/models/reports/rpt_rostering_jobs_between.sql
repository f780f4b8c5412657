{{ config(
    materialized='table_function',
    alias='rostering_jobs_between',
    parameters=['campus', 'range_start', 'range_end'],
) }}

with final as (
    select *
    from {{ ref('fct_rostering_jobs') }}
    where
        {{ of_campus() }}
        and {{ in_range('updated_at') }}
)

select
    {{ report_columns('rostering_jobs') }}
from final
order by
    {{ report_order('rostering_jobs') }}
