with final as (
    select
        imports.campus_id,
        imports.source,
        versions.data_type,
        versions.record_id,
        imports.sync_id,
        versions.change,
        versions.is_active,
        coalesce(versions.changed_fields, []) as changed_fields,
        cast(versions.content as json) as content,
        imports.started_at
    from {{ ref('stg_roster__versions') }} as versions
    inner join {{ ref('stg_roster__imports') }} as imports
        on versions.import_no = imports.import_no
)

select * from final
