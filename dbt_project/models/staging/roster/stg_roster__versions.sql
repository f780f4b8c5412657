with found as (
    select
        import_no,
        data_type,
        record_id,
        change,
        content,
        changed_fields,
        is_active
    from {{ source('roster', 'versions') }}
)

select * from found
