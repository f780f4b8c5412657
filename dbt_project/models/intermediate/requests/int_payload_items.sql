{{ config(
    materialized='incremental',
    incremental_strategy='append',
) }}
-- Append only, like the payloads that it takes apart.

with payloads as (
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

bulk_arrays as (
    select
        payload_key,
        campus_id,
        record_type,
        operation,
        map_from_entries(
            list_filter(
                map_entries(params_map),
                lambda entry: entry.key not in ('sessions', 'attendanceIDs')
            )
        ) as shared_map,
        {{ json_elements("json_extract(params, '$.sessions')") }} as sessions,
        {{ json_elements("json_extract(params, '$.attendanceIDs')") }} as attendance_ids
    from payloads
    where operation in ('bulk_create', 'bulk_delete')
),

-- The element's keys win over the request's, also with null; sessions come first.
bulk_items as (
    select
        payload_key,
        campus_id,
        record_type,
        operation,
        shared_map,
        unnest(
            list_concat(
                coalesce(sessions, []),
                list_transform(
                    coalesce(attendance_ids, []),
                    lambda id: '{"attendanceID":' || id || '}'
                )
            )
        ) as element,
        generate_subscripts(
            list_concat(coalesce(sessions, []), coalesce(attendance_ids, [])), 1
        ) - 1 as item
    from bulk_arrays
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
        map_concat(shared_map, {{ params_map('element') }}) as params_map
    from bulk_items
),

fingerprinted as (
    select
        payload_key,
        campus_id,
        record_type,
        operation,
        item,
        params_map,
        {{ fingerprint('params_map') }} as params
    from items
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
        params_map
    from fingerprinted
)

select * from final
