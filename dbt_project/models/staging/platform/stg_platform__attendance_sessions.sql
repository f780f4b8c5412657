with landed as (
    select
        attendance_id,
        campus_id,
        mapping_id,
        course_id,
        starts_at,
        ends_at,
        created_at,
        updated_at,
        archived_at,
        _landed_file,
        _source_line
    from {{ source('platform', 'attendance_sessions') }}
)

select * from landed
