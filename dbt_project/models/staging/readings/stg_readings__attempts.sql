with landed as (
    select
        source,
        kind,
        rows as row_count,
        warnings,
        error,
        as_of as read_as_of,
        attempted_at
    from {{ source('readings', 'attempts') }}
)

select * from landed
