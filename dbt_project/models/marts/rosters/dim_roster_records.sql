with final as (
    select
        campus_id,
        source,
        data_type,
        record_id,
        first_sync_id,
        last_changed_sync_id,
        is_active,
        school_ids,
        content,
        last_changed_at
    from {{ ref('int_rosters_records_described') }}
)

select * from final
