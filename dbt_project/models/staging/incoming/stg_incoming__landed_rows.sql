with found as (
    select
        data_type,
        file_name,
        line_number,
        record_id,
        status,
        modified_at,
        content,
        content_key,
        filled,
        skips,
        flags,
        username,
        own_school_ids,
        user_id,
        has_role_schools,
        is_ragged,
        referred_orgs,
        referred_academicsessions,
        referred_courses,
        referred_classes,
        referred_users,
        (cast(row_key_upper as uhugeint) << 64) | cast(row_key_lower as uhugeint)
            as row_key,
        landed_in,
        landed_line
    from {{ source('incoming', 'landed_rows') }}
)

select * from found
