with final as (
    select
        campus_id,
        course_id,
        mapping_id,
        add_code,
        name,
        title,
        instructor_name,
        attendance_name,
        meeting_days,
        starts_at,
        ends_at,
        created_at,
        updated_at,
        archived_at,
        valid_to_at is null as is_current,
        valid_from_at,
        valid_to_at
    from {{ ref('int_courses_versioned') }}
)

select * from final
order by
    campus_id asc,
    course_id asc,
    valid_from_at asc
