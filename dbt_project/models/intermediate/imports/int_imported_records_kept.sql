-- Millions of rows, each looked at once or by few of them: as a table they would be
-- written first, which takes longer.
{{ config(materialized='view') }}

-- Active records that the import does not delete, as they were before it.

with final as (
    select
        records.data_type,
        records.record_id,
        records.username,
        records.own_school_ids,
        records.user_id,
        records.has_role_schools
    from {{ ref('stg_incoming__records') }} as records
    anti join {{ ref('int_imported_records_deleted') }} as deleted
        on records.record_no = deleted.record_no
    where records.is_active
)

select * from final
