-- What a later reading supersedes counts no more: its rows are set aside.

with ledger as (
    select
        source_name,
        table_name,
        path as source_file,
        outcome,
        content_hash,
        size_bytes,
        first_line,
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
        landed_file as _landed_file,
        continues as _continued_file,
        supersedes
    from {{ source('landing', 'ledger') }}
),

superseded as (
    select unnest(supersedes) as _landed_file
    from ledger
),

final as (
    select * exclude (supersedes)
    from ledger
    where _landed_file not in (select superseded._landed_file from superseded)
)

select * from final
