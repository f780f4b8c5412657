with landed as (
    select
        course_member_id,
        campus_id,
        mapping_id,
        course_id,
        user_id,
        created_at,
        updated_at,
        archived_at,
        _landed_file,
        _source_line
    from {{ source('platform', 'course_members') }}
)

select * from landed
