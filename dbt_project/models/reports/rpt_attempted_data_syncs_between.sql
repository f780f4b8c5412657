{{ config(
    materialized='table_function',
    alias='attempted_data_syncs_between',
    parameters=['campus', 'range_start', 'range_end'],
) }}

with {{ sync_log_ctes('syncs.record_key') }},

outcomes as (
    select
        joined.campus_id,
        joined.record_type,
        joined.distinct_sync_key,
        joined.status = 'error' as is_error,
        joined.last = newest.last as is_last
    from joined
    inner join newest
        on
            joined.campus_id = newest.campus_id
            and joined.record_type = newest.record_type
            and joined.record_key = newest.record_key
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
        count(distinct outcomes.distinct_sync_key) as distinct_syncs,
        count(*) filter (where outcomes.is_error) as distinct_errors,
        count(*) filter (where outcomes.is_error and outcomes.is_last) as last_errors
    from record_types
    left join outcomes
        on
            record_types.campus_id = outcomes.campus_id
            and record_types.record_type = outcomes.record_type
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
