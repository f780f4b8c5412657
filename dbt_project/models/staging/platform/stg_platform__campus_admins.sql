with landed as (
    select
        campus_id,
        email,
        _landed_file,
        _source_line
    from {{ source('platform', 'campus_admins') }}
)

select * from landed
