with final as (
    select
        data_type,
        record_id,
        line_number
    from {{ ref('int_imported_rows_decided') }}
    where outcome = 'deleted'
    union all
    select
        data_type,
        record_id,
        cast(null as bigint) as line_number
    from {{ ref('int_imported_records_absent') }}
)

select * from final
