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
    from {{ ref('stg_roster__records') }} as records
    inner join {{ ref('stg_incoming__imports') }} as imports
        on records.source = imports.source
    anti join {{ ref('int_imported_records_deleted') }} as deleted
        on
            records.data_type = deleted.data_type
            and records.record_id = deleted.record_id
    where records.is_active
)

select * from final
