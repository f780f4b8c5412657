with found as (
    select
        data_type,
        file_name,
        line_number,
        modified_at,
        landed_in,
        landed_line
    from {{ source('incoming', 'known_rows') }}
)

select * from found
