-- With what others need of the record as it was.

with deleted as (
    select
        data_type,
        record_id,
        record_no,
        line_number
    from {{ ref('int_imported_rows_decided') }}
    where outcome = 'deleted'
    union all
    select
        data_type,
        record_id,
        record_no,
        cast(null as bigint) as line_number
    from {{ ref('int_imported_records_absent') }}
),

final as (
    select
        deleted.data_type,
        deleted.record_id,
        deleted.record_no,
        deleted.line_number,
        records.content,
        records.own_school_ids,
        records.user_id,
        records.has_role_schools
    from deleted
    inner join {{ ref('int_imported_records_read') }} as records
        on deleted.record_no = records.record_no
)

select * from final
