-- The record's content is as it was, but a later import is to know it by this row. Its
-- schools are this row's: a newer version of OneRoster takes them from other columns.
-- That the very row it stands on is sound no more is told by the unconfirmed records.

with confirming as (
    select
        data_type,
        line_number,
        record_id,
        is_invalid
    from {{ ref('int_imported_rows_judged') }}
    where outcome = 'no_change'
),

active_records as (
    select
        records.data_type,
        records.record_id,
        records.landed_in,
        records.landed_line
    from {{ ref('stg_roster__records') }} as records
    inner join {{ ref('stg_incoming__imports') }} as imports
        on records.source = imports.source
    where records.is_active
),

confirmed as (
    select
        confirming.data_type,
        confirming.record_id,
        confirming.is_invalid,
        rows.landed_in as row_landed_in,
        rows.landed_line as row_landed_line,
        rows.own_school_ids,
        rows.user_id,
        rows.has_role_schools,
        {{ stands_on('rows', 'confirming.is_invalid') }}
    from confirming
    inner join {{ ref('int_imported_rows_opened') }} as rows
        on
            confirming.data_type = rows.data_type
            and confirming.line_number = rows.line_number
),

final as (
    select confirmed.* exclude (row_landed_in, row_landed_line, is_invalid)
    from confirmed
    inner join active_records
        on
            confirmed.data_type = active_records.data_type
            and confirmed.record_id = active_records.record_id
    where
        (
            confirmed.row_landed_in is distinct from active_records.landed_in
            or confirmed.row_landed_line is distinct from active_records.landed_line
        )
        and not (confirmed.is_invalid and active_records.landed_in is null)
)

select * from final
