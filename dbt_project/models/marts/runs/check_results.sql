with final as (
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
    from {{ ref('stg_history__check_results') }}
)

select * from final
order by
    checked_at asc,
    publication_id asc,
    stage asc,
    check_name asc,
    table_name asc
