with found as (
    {{ landed_rows(source('incoming', 'rows')) }}
)

select * from found
