with final as (
    select
        campus_id,
        user_id,
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
        valid_to_at is null as is_current,
        valid_from_at,
        valid_to_at
    from {{ ref('int_users_versioned') }}
)

select * from final
order by
    campus_id asc,
    user_id asc,
    valid_from_at asc
