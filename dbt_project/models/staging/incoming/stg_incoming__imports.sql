with found as (
    select
        import_no,
        source,
        version,
        deleted_records,
        deleted_share,
        refused_rows,
        refused_share,
        emptied_records
    from {{ source('incoming', 'imports') }}
)

select * from found
