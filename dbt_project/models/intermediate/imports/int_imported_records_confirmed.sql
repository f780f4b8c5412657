-- The record's content is as it was, but a later import is to know it by this row. Its
-- schools are this row's: a newer version of OneRoster takes them from other columns.
-- That the very row it stands on is sound no more is told by the unconfirmed records.

with confirming as (
    select
        data_type,
        line_number,
        record_no,
        is_invalid
    from {{ ref('int_imported_rows_judged') }}
    where outcome = 'no_change'
),

confirmed as (
    select
        confirming.record_no,
        confirming.is_invalid as row_is_invalid,
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
    select confirmed.*
    from confirmed
    inner join {{ ref('stg_incoming__records') }} as records
        on confirmed.record_no = records.record_no
    where
        records.is_active
        and (
            confirmed.row_landed_in is distinct from records.landed_in
            or confirmed.row_landed_line is distinct from records.landed_line
        )
        and not (confirmed.row_is_invalid and records.landed_in is null)
)

select * from final
