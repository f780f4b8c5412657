with sources as (
    select
        source,
        campus_id
    from {{ ref('stg_connected__sources') }}
),

windows as (
    select *
    from {{ ref('stg_echo360__windows') }}
),

final as (
    select
        sources.campus_id,
        windows.source,
        windows.report,
        windows.request_id,
        windows.status,
        windows.landed_file,
        windows.attempts,
        windows.row_count,
        -- Data of a day are whole 48 hours after it.
        coalesce(
            windows.fetched_at >= windows.window_end + interval 48 hour, false
        ) as is_complete,
        windows.window_start,
        windows.window_end,
        windows.requested_at,
        windows.fetched_at
    from windows
    inner join sources on windows.source = sources.source
)

select * from final
