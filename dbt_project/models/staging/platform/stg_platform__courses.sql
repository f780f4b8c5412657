with landed as (
    select
        course_id,
        campus_id,
        mapping_id,
        add_code,
        name,
        title,
        starts_at,
        ends_at,
        instructor_name,
        attendance_name,
        meeting_days,
        created_at,
        updated_at,
        archived_at,
        _landed_file,
        _source_line
    from {{ source('platform', 'courses') }}
)

select * from landed
