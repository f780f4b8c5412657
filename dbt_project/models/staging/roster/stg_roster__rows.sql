with found as (
    select
        import_no,
        data_type,
        record_id,
        file_name,
        outcome,
        content,
        line_number,
        is_invalid,
        messages,
        school_ids,
        changed_fields
    from {{ source('roster', 'rows') }}
)

select * from found
