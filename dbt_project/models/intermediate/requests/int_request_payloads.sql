{{ config(
    materialized='incremental',
    incremental_strategy='append',
) }}
-- Append only: a payload is its own content, so what is known never changes. Grouped by
-- the content: a key is worked out for each payload, not for each request.

with arrived as (
    select
        campus_id,
        record_type,
        operation,
        params
    from {{ ref('stg_platform__api_requests') }}
    where _batch > {{ var('built_through_batch') }}
    group by
        campus_id,
        record_type,
        operation,
        params
),

keyed as (
    select
        {{ content_number(['campus_id', 'record_type', 'operation', 'params']) }}
            as payload_key,
        campus_id,
        record_type,
        operation,
        params
    from arrived
),

final as (
    select
        keyed.payload_key,
        keyed.campus_id,
        keyed.record_type,
        keyed.operation,
        keyed.params
    from keyed
    {% if is_incremental() %}
    left join {{ this }} as known
        on keyed.payload_key = known.payload_key
    where known.payload_key is null
    {% endif %}
)

select * from final
