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
        invalid
    from {{ source('roster', 'counts') }}
)

select * from found
