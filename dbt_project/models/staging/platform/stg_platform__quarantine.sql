with landed as (
    select
        table_name,
        source_file,
        reason,
        raw_text,
        line_number,
        _landed_file
    from {{ source('platform', 'quarantine') }}
)

select * from landed
