with doubted as (
    select records.*
    from {{ ref('int_imported_records_standing') }} as records
    semi join {{ ref('int_imported_records_doubted') }} as doubted
        on
            records.data_type = doubted.data_type
            and records.record_id = doubted.record_id
),

final as (
    select
        known_rows.data_type,
        known_rows.file_name,
        known_rows.line_number,
        doubted.record_id,
        'active' as status,
        known_rows.modified_at,
        doubted.content,
        doubted.content_key,
        doubted.filled,
        cast(null as varchar[]) as skips,
        cast(null as varchar[]) as flags,
        doubted.username,
        doubted.own_school_ids,
        doubted.user_id,
        doubted.has_role_schools,
        false as is_ragged,
        doubted.referred_orgs,
        doubted.referred_academicsessions,
        doubted.referred_courses,
        doubted.referred_classes,
        doubted.referred_users,
        doubted.row_key,
        doubted.landed_in,
        doubted.landed_line
    from {{ ref('stg_incoming__known_rows') }} as known_rows
    inner join doubted
        on
            known_rows.data_type = doubted.data_type
            and known_rows.landed_in = doubted.landed_in
            and known_rows.landed_line = doubted.landed_line
)

select * from final
