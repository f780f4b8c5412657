with final as (
    select
        campus_id,
        course_member_id,
        mapping_id,
        course_id,
        user_id,
        created_at,
        updated_at,
        archived_at,
        valid_to_at is null as is_current,
        valid_from_at,
        valid_to_at
    from {{ ref('int_course_members_versioned') }}
)

select * from final
order by
    campus_id asc,
    course_member_id asc,
    valid_from_at asc
