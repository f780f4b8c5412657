with found as (
    select
        data_type,
        column_name,
        check_name,
        argument,
        message
    from {{ source('incoming', 'rules') }}
)

select * from found
