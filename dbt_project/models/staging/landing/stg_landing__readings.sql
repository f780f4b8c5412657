with ledger as (
    select
        source_name,
        table_name,
        path as source_file,
        outcome,
        content_hash,
        size_bytes,
        physical_line_count,
        continuation_count,
        line_count,
        header_count,
        blank_count,
        landed_count,
        quarantined_count,
        read_bytes,
        landed_bytes,
        snapshot_at,
        read_at,
        batch as _batch,
        landed_file as _landed_file
    from {{ source('landing', 'ledger') }}
)

select * from ledger
