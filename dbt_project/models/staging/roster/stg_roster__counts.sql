with found as (
    select
        import_no,
        data_type,
        school_id,
        total,
        no_change,
        new,
        updated,
        deleted,
        deleted_absent,
        skipped,
        merged,
        excluded,
        invalid,
        skipped_by_provider,
        granted_by_provider,
        skipped_by_vendor,
        received_by_vendor
    from {{ source('roster', 'counts') }}
)

select * from found
