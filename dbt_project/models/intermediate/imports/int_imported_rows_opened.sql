-- Of a first import these are all rows: written as a table they would take longer.
{{ config(materialized='view') }}

with final as (
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
        row_key,
        landed_in,
        landed_line
    from {{ ref('int_imported_rows_unsettled') }}
    union all
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
        row_key,
        landed_in,
        landed_line
    from {{ ref('int_imported_rows_reopened') }}
)

select * from final
