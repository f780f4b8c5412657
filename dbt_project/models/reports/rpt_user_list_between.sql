{{ config(
    materialized='table_function',
    alias='user_list_between',
    parameters=['campus', 'range_start', 'range_end', 'lookback_days := ' ~ var('lookback_days')],
) }}

with listed as (
    select *
    from {{ ref('dim_users') }}
    where {{ is_listed() }}
),

final as (
    select
        listed.* exclude (created_at, updated_at),
        {{ list_flags(ref('dim_users_versions'), 'user_id') }},
        listed.created_at,
        listed.updated_at
    from listed
)

select
    {{ report_columns('user_list') }}
from final
order by
    {{ report_order('user_list') }}
