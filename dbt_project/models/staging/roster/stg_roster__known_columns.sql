with found as (
    select
        source,
        data_type,
        column_name
    from {{ source('roster', 'known_columns') }}
)

select * from found
