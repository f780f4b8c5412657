-- A row was landed as one that is known, but its record changed before the import was
-- worked on: another waited before it.

with unknown as (
    select
        known_rows.data_type,
        known_rows.line_number,
        known_rows.modified_at,
        known_rows.landed_in,
        known_rows.landed_line
    from {{ ref('stg_incoming__known_rows') }} as known_rows
    semi join {{ ref('int_imported_rows_recognised') }} as recognised
        on
            known_rows.data_type = recognised.data_type
            and known_rows.line_number = recognised.line_number
            and recognised.record_no is null
),

final as (
    select
        landed_rows.data_type,
        landed_rows.file_name,
        unknown.line_number,
        landed_rows.record_id,
        landed_rows.status,
        unknown.modified_at,
        landed_rows.content,
        landed_rows.content_key,
        landed_rows.filled,
        landed_rows.skips,
        landed_rows.flags,
        landed_rows.username,
        landed_rows.own_school_ids,
        landed_rows.user_id,
        landed_rows.has_role_schools,
        landed_rows.is_ragged,
        landed_rows.referred_orgs,
        landed_rows.referred_academicsessions,
        landed_rows.referred_courses,
        landed_rows.referred_classes,
        landed_rows.referred_users,
        landed_rows.row_key,
        landed_rows.landed_in,
        landed_rows.landed_line
    from unknown
    inner join {{ ref('stg_incoming__landed_rows') }} as landed_rows
        on
            unknown.data_type = landed_rows.data_type
            and unknown.landed_in = landed_rows.landed_in
            and unknown.landed_line = landed_rows.landed_line
)

select * from final
