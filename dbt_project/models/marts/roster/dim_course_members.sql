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
        valid_to_at is not null as is_deleted,
        valid_to_at as deleted_at
    from {{ ref('int_course_members_versioned') }}
    where is_newest
)

select * from final
order by
    campus_id asc,
    course_member_id asc
