{{ config(
    materialized='table_function',
    alias='rostering_job_errors_between',
    parameters=['campus', 'range_start', 'range_end'],
) }}

with final as (
    select *
    from {{ ref('fct_rostering_job_errors') }}
    where
        {{ of_campus() }}
        and {{ in_range('updated_at') }}
)

select
    {{ report_columns('rostering_job_errors') }}
from final
order by
    {{ report_order('rostering_job_errors') }}
