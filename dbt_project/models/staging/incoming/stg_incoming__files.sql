with found as (
    select
        data_type,
        file_name,
        is_delta,
        is_named,
        row_count,
        filled_names
    from {{ source('incoming', 'files') }}
)

select * from found
