{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['campus_id', 'request_id'],
) }}
-- Of several deliveries of one id the least counts, by the contract's order (section
-- 1), so that a late delivery may replace the one that is here.

with arrived as (
    select
        campus_id,
        request_id,
        payload_key,
        job_id,
        record_type,
        operation,
        status,
        error_code,
        message,
        item_results,
        http_status,
        requested_at,
        _batch,
        _landed_file,
        _source_line
    from {{ ref('stg_platform__api_requests') }}
    where _batch > {{ var('built_through_batch') }}
),

deliveries as (
    select * from arrived
    {% if is_incremental() %}
    union all
    select known.*
    from {{ this }} as known
    semi join arrived
        on
            known.campus_id = arrived.campus_id
            and known.request_id = arrived.request_id
    {% endif %}
),

repeated_ids as (
    select
        campus_id,
        request_id
    from deliveries
    group by campus_id, request_id
    having count(*) > 1
),

-- Few requests come twice: only those are ranked.
repeated as (
    select
        deliveries.*,
        {{ fingerprint(params_map('payloads.params')) }} as fingerprint
    from deliveries
    inner join repeated_ids
        on
            deliveries.campus_id = repeated_ids.campus_id
            and deliveries.request_id = repeated_ids.request_id
    inner join {{ ref('int_request_payloads') }} as payloads
        on deliveries.payload_key = payloads.payload_key
),

winners as (
    select * exclude (fingerprint)
    from repeated
    qualify
        row_number() over (
            partition by campus_id, request_id
            order by
                requested_at asc,
                fingerprint asc,
                status asc,
                error_code asc nulls last,
                message asc nulls last,
                job_id asc nulls last,
                record_type asc,
                operation asc,
                http_status asc nulls last,
                item_results asc nulls last,
                payload_key asc,
                _landed_file asc,
                _source_line asc
        ) = 1
),

single as (
    select deliveries.*
    from deliveries
    anti join repeated_ids
        on
            deliveries.campus_id = repeated_ids.campus_id
            and deliveries.request_id = repeated_ids.request_id
),

counting as (
    select * from single
    union all
    select * from winners
),

final as (
    select
        campus_id,
        request_id,
        payload_key,
        job_id,
        record_type,
        operation,
        status,
        error_code,
        message,
        item_results,
        http_status,
        requested_at,
        _batch,
        _landed_file,
        _source_line
    from counting
)

select * from final
