{{ config(
    materialized='table_function',
    alias='user_list_between',
    parameters=['campus', 'range_start', 'range_end', 'lookback_days := ' ~ var('lookback_days')],
) }}

with listed as (
    select *
    from {{ ref('dim_users') }}
    where not is_deleted and {{ of_campus() }} and {{ in_lookback() }}
),

final as (
    select
        listed.* exclude (created_at, updated_at),
        listed.created_at < {{ instant_parameter('range_start') }} as existed_before,
        {{ in_range('listed.created_at') }} as created_in_range,
        {{ updated_in_range(ref('dim_users_versions'), 'user_id') }}
            as updated_in_range,
        listed.archived_at is not null as is_archived,
        listed.created_at,
        listed.updated_at
    from listed
)

select
    {{ report_columns('user_list') }}
from final
order by
    {{ report_order('user_list') }}
