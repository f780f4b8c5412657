{{ config(
    materialized='incremental',
    incremental_strategy='append',
) }}
-- Append only, like the payloads that it takes apart. They are read twice rather than
-- kept between: what is kept is taken apart by one thread.

with payloads as not materialized (
    select
        payloads.payload_key,
        payloads.campus_id,
        payloads.record_type,
        payloads.operation,
        payloads.params,
        {{ params_map('payloads.params') }} as params_map
    from {{ ref('int_request_payloads') }} as payloads
    {% if is_incremental() %}
    where payloads.payload_key not in (select known.payload_key from {{ this }} as known)
    {% endif %}
),

bulk_requests as (
    select
        payload_key,
        campus_id,
        record_type,
        operation,
        {{ bulk_shared_map('params_map') }} as shared_map,
        {{ bulk_elements('params') }} as elements
    from payloads
    where operation in ('bulk_create', 'bulk_delete')
),

bulk_items as (
    select
        payload_key,
        campus_id,
        record_type,
        operation,
        shared_map,
        {{ exploded('elements') }} as element,
        {{ exploded_places('elements') }} as item
    from bulk_requests
),

items as (
    select
        payload_key,
        campus_id,
        record_type,
        operation,
        0 as item,
        params_map
    from payloads
    where operation not in ('bulk_create', 'bulk_delete')
    union all
    select
        payload_key,
        campus_id,
        record_type,
        operation,
        item,
        {{ merged_map('shared_map', params_map('element')) }} as params_map
    from bulk_items
),

fingerprinted as (
    select
        payload_key,
        campus_id,
        record_type,
        operation,
        item,
        {{ marked_fingerprint('params_map') }} as marked_params
    from items
),

told as (
    select
        *,
        {{ unmarked('marked_params') }} as params
    from fingerprinted
),

final as (
    select
        payload_key,
        campus_id,
        record_type,
        operation,
        cast(item as integer) as item,
        {{ content_key(['campus_id', 'record_type', 'operation', 'params']) }}
            as distinct_sync_key,
        params,
        nullif(marked_params, params) as marked_params
    from told
)

select * from final
