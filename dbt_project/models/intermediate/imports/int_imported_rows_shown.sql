-- What readers may look at: all but valid rows that change nothing.

with worth_a_look as (
    select *
    from {{ ref('int_imported_rows_schooled') }}
    where outcome != 'no_change' or is_invalid
),

-- A value that slipped a column may be a password: it is no record's id.
ragged as (
    select
        data_type,
        record_id
    from worth_a_look
    where is_ragged
),

known_ids as (
    select
        records.data_type,
        records.record_id
    from {{ ref('stg_incoming__records') }} as records
    semi join ragged
        on
            records.data_type = ragged.data_type
            and records.record_id = ragged.record_id
),

described as (
    select
        worth_a_look.data_type,
        worth_a_look.line_number,
        case
            when not worth_a_look.is_ragged or known_ids.record_id is not null
                then worth_a_look.record_id
        end as record_id,
        worth_a_look.outcome,
        worth_a_look.is_invalid,
        worth_a_look.messages,
        worth_a_look.school_ids,
        deleted.content as content_before
    from worth_a_look
    left join known_ids
        on
            worth_a_look.data_type = known_ids.data_type
            and worth_a_look.record_id = known_ids.record_id
    left join {{ ref('int_imported_records_deleted') }} as deleted
        on
            worth_a_look.data_type = deleted.data_type
            and worth_a_look.record_id = deleted.record_id
),

final as (
    select
        described.data_type,
        described.record_id,
        rows.file_name,
        case
            when described.outcome = 'deleted_absent' then 'deleted'
            else described.outcome
        end as outcome,
        case
            when starts_with(described.outcome, 'deleted') then described.content_before
            else coalesce(rows.content, read.content)
        end as content,
        described.line_number,
        described.is_invalid,
        described.messages,
        described.school_ids,
        changed.changed_fields
    from described
    left join {{ ref('int_imported_rows_opened') }} as rows
        on
            described.data_type = rows.data_type
            and described.line_number = rows.line_number
    left join {{ ref('int_imported_records_read') }} as read
        on rows.record_no = read.record_no
    left join {{ ref('int_imported_records_changed') }} as changed
        on
            described.data_type = changed.data_type
            and described.line_number = changed.line_number
)

select * from final
