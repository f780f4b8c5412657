with landed as (
    select
        source,
        report,
        request_id,
        status,
        file as landed_file,
        attempts,
        rows as row_count,
        window_start,
        window_end,
        requested_at,
        fetched_at
    from {{ source('echo360', 'windows') }}
)

select * from landed
