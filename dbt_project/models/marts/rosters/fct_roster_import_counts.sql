with final as (
    select
        campus_id,
        sync_id,
        app,
        data_type,
        school_id,
        school_name,
        total,
        no_change,
        new,
        updated,
        deleted,
        deleted_absent,
        skipped,
        duplicates,
        merged,
        excluded,
        invalid,
        skipped_by_provider,
        granted_by_provider,
        skipped_by_vendor,
        received_by_vendor,
        started_at
    from {{ ref('int_rosters_imports_counted') }}
)

select * from final
