with final as (
    select
        campus_id,
        source,
        data_type,
        record_id,
        sync_id,
        change,
        is_active,
        changed_fields,
        content,
        started_at
    from {{ ref('int_rosters_records_versioned') }}
)

select * from final
