{{ config(
    materialized='incremental',
    incremental_strategy='append',
) }}
-- Append only: a payload is its own content, so what is known never changes.

with arrived as (
    select
        payload_key,
        any_value(campus_id) as campus_id,
        any_value(record_type) as record_type,
        any_value(operation) as operation,
        any_value(params) as params
    from {{ ref('stg_platform__api_requests') }}
    where _batch > {{ var('built_through_batch') }}
    group by payload_key
),

final as (
    select
        arrived.payload_key,
        arrived.campus_id,
        arrived.record_type,
        arrived.operation,
        arrived.params
    from arrived
    {% if is_incremental() %}
    left join {{ this }} as known
        on arrived.payload_key = known.payload_key
    where known.payload_key is null
    {% endif %}
)

select * from final
