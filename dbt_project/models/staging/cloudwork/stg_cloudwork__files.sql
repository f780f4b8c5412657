with landed as (
    select
        source,
        path,
        sha256,
        row_count,
        downloaded_at
    from {{ source('cloudwork', 'files') }}
)

select * from landed
