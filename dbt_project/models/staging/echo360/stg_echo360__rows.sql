with landed as (
    select
        source,
        report,
        file as landed_file,
        reason,
        raw_text,
        content,
        line_number
    from {{ source('echo360', 'rows') }}
)

select * from landed
