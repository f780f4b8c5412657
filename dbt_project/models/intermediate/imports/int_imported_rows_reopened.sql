-- Few of many: joined first, else all rows are joined with all that stands. What they
-- say is their records' content, which is looked up where it is needed.
with doubted_rows as materialized (
    select
        doubted.record_no,
        recognised.line_number
    from {{ ref('int_imported_records_doubted') }} as doubted
    inner join {{ ref('int_imported_rows_recognised') }} as recognised
        on doubted.record_no = recognised.record_no
    where recognised.line_number is not null
),

doubted as (
    select
        records.*,
        doubted_rows.line_number
    from doubted_rows
    inner join {{ ref('int_imported_records_standing') }} as records
        on doubted_rows.record_no = records.record_no
),

final as (
    select
        known_rows.data_type,
        known_rows.file_name,
        known_rows.line_number,
        doubted.record_id,
        'active' as status,
        known_rows.modified_at,
        cast(null as varchar) as content,
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
        doubted.landed_line,
        doubted.record_no
    from {{ ref('stg_incoming__known_rows') }} as known_rows
    inner join doubted
        on
            known_rows.data_type = doubted.data_type
            and known_rows.line_number = doubted.line_number
)

select * from final
