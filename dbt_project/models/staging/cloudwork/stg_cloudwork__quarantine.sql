with landed as (
    select
        table_name,
        source_file,
        reason,
        raw_text,
        line_number
    from {{ source('cloudwork', 'quarantine') }}
)

select * from landed
