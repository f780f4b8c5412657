with found as (
    select
        rowid as record_no,
        source,
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
        last_changed_import_no,
        row_key,
        landed_in,
        landed_line,
        filled,
        referred_orgs,
        referred_academicsessions,
        referred_courses,
        referred_classes,
        referred_users
    from {{ source('roster', 'records') }}
)

select * from found
