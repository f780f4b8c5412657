{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['campus_id', 'request_id'],
) }}
-- Of several deliveries of one id the least counts, by the contract's order (section
-- 1), so that a late delivery may replace the one that is here. Of those that differ
-- all are noted in delivered_contents, texts as their hashes; null while there is one.

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
        _source_line,
        cast(null as varchar[]) as delivered_contents
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

told as (
    select
        campus_id,
        request_id,
        coalesce(
            delivered_contents,
            [
                cast(
                    to_json(
                        {{ record_of({
                            'requested_at': "strftime(timezone('UTC', requested_at), '%Y-%m-%d %H:%M:%S.%f') || '+00'",
                            'job_id': 'job_id',
                            'record_type': 'record_type',
                            'operation': 'operation',
                            'params': 'md5(fingerprint)',
                            'status': 'status',
                            'http_status': 'http_status',
                            'error_code': 'error_code',
                            'message': 'md5(message)',
                            'item_results': 'md5(cast(item_results as varchar))',
                        }) }}
                    ) as varchar
                )
            ]
        ) as contents
    from repeated
),

compared as (
    select
        campus_id,
        request_id,
        list_sort(list_distinct(flatten(list(contents)))) as contents
    from told
    group by
        campus_id,
        request_id
),

winners as (
    select
        repeated.*
        replace (
            case when len(compared.contents) > 1 then compared.contents end
                as delivered_contents
        )
    from repeated
    inner join compared
        on
            repeated.campus_id = compared.campus_id
            and repeated.request_id = compared.request_id
    qualify
        row_number() over (
            partition by repeated.campus_id, repeated.request_id
            order by
                repeated.requested_at asc,
                repeated.fingerprint asc,
                repeated.status asc,
                repeated.error_code asc nulls last,
                repeated.message asc nulls last,
                repeated.job_id asc nulls last,
                repeated.record_type asc,
                repeated.operation asc,
                repeated.http_status asc nulls last,
                repeated.item_results asc nulls last,
                repeated.payload_key asc,
                repeated._landed_file asc,
                repeated._source_line asc
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
    select * exclude (fingerprint) from winners
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
        _source_line,
        delivered_contents
    from counting
)

select * from final
