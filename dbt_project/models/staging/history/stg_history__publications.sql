with ledger as (
    select
        publication_id,
        run_id,
        code_version,
        published_by,
        forced_reason,
        landed_through_batch,
        input_file_count,
        quarantined_count,
        failed_check_count,
        new_inputs,
        report_rows,
        as_of,
        range_start_at,
        range_end_at,
        published_at
    from {{ source('history', 'publications') }}
)

select * from ledger
