with final as (
    select
        campus_id,
        sync_id,
        app,
        data_type,
        record_id,
        file_name,
        outcome,
        line_number,
        is_invalid,
        school_ids,
        messages,
        changed_fields,
        content,
        started_at
    from {{ ref('int_rosters_rows_imported') }}
)

select * from final
