with found as (
    select
        source,
        data_type
    from {{ source('roster', 'known_types') }}
)

select * from found
