with final as (
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
    from {{ ref('stg_history__publications') }}
)

select * from final
order by
    published_at asc,
    publication_id asc
