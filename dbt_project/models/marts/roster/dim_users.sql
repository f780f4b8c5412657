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
        valid_to_at is not null as is_deleted,
        valid_to_at as deleted_at
    from {{ ref('int_users_versioned') }}
    where is_newest
)

select * from final
order by
    campus_id asc,
    user_id asc
