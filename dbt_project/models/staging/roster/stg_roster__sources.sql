with found as (
    select
        source,
        kind,
        campus_id,
        status,
        message
    from {{ source('roster', 'sources') }}
)

select * from found
