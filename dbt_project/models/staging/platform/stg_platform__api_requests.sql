with landed as (
    select
        campus_id,
        request_id,
        job_id,
        record_type,
        operation,
        params,
        status,
        error_code,
        message,
        item_results,
        http_status,
        requested_at,
        {{ content_number(['campus_id', 'record_type', 'operation', 'params']) }}
            as payload_key,
        _batch,
        _landed_file,
        _source_line
    from {{ source('platform', 'api_requests') }}
)

select * from landed
