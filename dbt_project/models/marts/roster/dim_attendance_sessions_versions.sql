with final as (
    select
        campus_id,
        attendance_id,
        mapping_id,
        course_id,
        starts_at,
        ends_at,
        created_at,
        updated_at,
        archived_at,
        valid_to_at is null as is_current,
        valid_from_at,
        valid_to_at
    from {{ ref('int_attendance_sessions_versioned') }}
)

select * from final
order by
    campus_id asc,
    attendance_id asc,
    valid_from_at asc
