-- Before it is judged which row counts: more may be told of than leave.

with final as (
    select
        data_type,
        record_id
    from {{ ref('int_imported_records_absent') }}
    union
    select
        data_type,
        record_id
    from {{ ref('int_imported_rows_unsettled') }}
    where status in ('tobedeleted', 'inactive') and record_id is not null
)

select * from final
