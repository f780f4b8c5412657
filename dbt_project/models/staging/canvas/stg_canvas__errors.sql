with landed as (
    select
        source,
        job_id,
        origin,
        file as file_name,
        message,
        place,
        try_cast(row as bigint) as line_number,
        fetch_no
    from {{ source('canvas', 'errors') }}
)

select * from landed
