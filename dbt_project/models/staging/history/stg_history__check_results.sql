with ledger as (
    select
        publication_id,
        stage,
        check_name,
        table_name,
        severity,
        observed,
        expected,
        failing_rows,
        is_passed,
        checked_at
    from {{ source('history', 'check_results') }}
)

select * from ledger
