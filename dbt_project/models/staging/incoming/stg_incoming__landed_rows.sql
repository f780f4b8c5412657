with found as (
    {{ landed_rows(source('incoming', 'landed_rows')) }}
)

select * from found
