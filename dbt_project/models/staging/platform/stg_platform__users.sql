with landed as (
    select
        user_id,
        campus_id,
        mapping_id,
        issued_id,
        email,
        first_name,
        last_name,
        user_type,
        last_activity_at,
        created_at,
        updated_at,
        archived_at,
        _landed_file,
        _source_line
    from {{ source('platform', 'users') }}
)

select * from landed
