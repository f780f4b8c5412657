-- Contents are most of what a record is: they are looked for once, for all who want
-- one.

with wanted as (
    select record_no
    from {{ ref('int_imported_rows_decided') }}
    where outcome in ('new', 'updated', 'deleted') and record_no is not null
    union
    select record_no
    from {{ ref('int_imported_records_absent') }}
    union
    select record_no
    from {{ ref('int_imported_rows_reopened') }}
),

final as (
    select
        records.record_no,
        records.content,
        records.first_import_no,
        records.own_school_ids,
        records.user_id,
        records.has_role_schools
    from {{ ref('stg_incoming__records') }} as records
    semi join wanted
        on records.record_no = wanted.record_no
)

select * from final
