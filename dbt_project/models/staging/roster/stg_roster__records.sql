with found as (
    select
        source,
        data_type,
        record_id,
        is_active,
        content,
        own_school_ids,
        user_id,
        has_role_schools,
        first_import_no,
        last_changed_import_no
    from {{ source('roster', 'records') }}
)

select * from found
