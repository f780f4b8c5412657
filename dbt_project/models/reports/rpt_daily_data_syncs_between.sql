{{ config(
    materialized='table_function',
    alias='daily_data_syncs_between',
    parameters=['campus', 'range_start', 'range_end'],
) }}

with final as (
    select
        campus_id,
        record_type,
        requested_date,
        count(*) as attempted_count,
        count(*) filter (where status = 'error') as error_count
    from {{ ref('fct_sync_attempts') }}
    where {{ of_campus() }} and {{ in_range('requested_at') }}
    group by
        campus_id,
        record_type,
        requested_date
)

select
    {{ report_columns('daily_data_syncs') }}
from final
order by
    {{ report_order('daily_data_syncs') }}
