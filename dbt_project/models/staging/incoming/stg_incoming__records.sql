with found as (
    select
        record_no,
        data_type,
        record_id,
        is_active,
        content,
        content_key,
        username,
        own_school_ids,
        user_id,
        has_role_schools,
        first_import_no,
        row_key,
        landed_in,
        landed_line,
        filled,
        referred_orgs,
        referred_academicsessions,
        referred_courses,
        referred_classes,
        referred_users
    from {{ source('incoming', 'records') }}
)

select * from found
