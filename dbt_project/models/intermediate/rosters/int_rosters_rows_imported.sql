with final as (
    select
        imports.campus_id,
        imports.sync_id,
        imports.app,
        rows.data_type,
        rows.record_id,
        rows.file_name,
        rows.outcome,
        rows.line_number,
        rows.is_invalid,
        coalesce(rows.school_ids, []) as school_ids,
        coalesce(rows.messages, []) as messages,
        coalesce(rows.changed_fields, []) as changed_fields,
        cast(rows.content as json) as content,
        imports.started_at
    from {{ ref('stg_roster__rows') }} as rows
    inner join {{ ref('stg_roster__imports') }} as imports
        on rows.import_no = imports.import_no
)

select * from final
