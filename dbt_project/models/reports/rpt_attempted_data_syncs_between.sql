{{ config(
    materialized='table_function',
    alias='attempted_data_syncs_between',
    parameters=['campus', 'range_start', 'range_end'],
) }}

with log_rows as (
    select
        campus_id,
        record_type,
        distinct_sync_key,
        status,
        last_attempt
    from {{ ref('sync_log_between') }}(null, campus, range_start, range_end)
),

record_types as (
    select
        campuses.campus_id,
        record_types.record_type,
        record_types.record_type_order
    from {{ ref('dim_campuses') }} as campuses
    cross join {{ ref('rostered_record_types') }} as record_types
    where not campuses.is_deleted and {{ of_campus('campuses.campus_id') }}
),

final as (
    select
        record_types.campus_id,
        record_types.record_type,
        record_types.record_type_order,
        count(distinct log_rows.distinct_sync_key) as distinct_syncs,
        count(*) filter (where log_rows.status = 'error') as distinct_errors,
        count(*) filter (
            where log_rows.status = 'error' and log_rows.last_attempt = '*'
        ) as last_errors
    from record_types
    left join log_rows
        on
            record_types.campus_id = log_rows.campus_id
            and record_types.record_type = log_rows.record_type
    group by
        record_types.campus_id,
        record_types.record_type,
        record_types.record_type_order
)

select
    {{ report_columns('attempted_data_syncs') }}
from final
order by
    {{ report_order('attempted_data_syncs') }}
