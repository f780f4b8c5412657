with suspects as (
    select
        rows.data_type,
        rows.file_name,
        rows.line_number,
        coalesce(rows.content, read.content) as content
    from {{ ref('int_imported_rows_opened') }} as rows
    left join {{ ref('int_imported_records_read') }} as read
        on rows.record_no = read.record_no
    semi join {{ ref('int_imported_rows_misreferring') }} as misreferring
        on
            rows.data_type = misreferring.data_type
            and rows.line_number = misreferring.line_number
),

referring as (
    select
        suspects.data_type,
        suspects.file_name,
        suspects.line_number,
        rules.column_name,
        rules.argument,
        rules.message,
        json_extract_string(suspects.content, '$."' || rules.column_name || '"') as ids
    from suspects
    inner join {{ ref('stg_incoming__rules') }} as rules
        on suspects.data_type = rules.data_type and rules.check_name = 'reference'
),

parts as (
    select
        * exclude (ids),
        unnest({{ parts_of('ids') }}) as record_id
    from referring
),

final as (
    select
        parts.data_type,
        parts.line_number,
        {{ told_rule('parts', 'parts', 'parts.record_id') }} as message
    from parts
    inner join {{ ref('int_imported_references_missing') }} as missing
        on parts.argument = missing.data_type and parts.record_id = missing.record_id
)

select * from final
