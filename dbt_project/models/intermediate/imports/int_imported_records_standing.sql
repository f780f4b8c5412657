{{ config(materialized='view') }}

with final as (
    select
        records.record_no,
        records.data_type,
        records.record_id,
        records.content_key,
        records.filled,
        records.username,
        records.own_school_ids,
        records.user_id,
        records.has_role_schools,
        records.referred_orgs,
        records.referred_academicsessions,
        records.referred_courses,
        records.referred_classes,
        records.referred_users,
        records.row_key,
        records.landed_in,
        records.landed_line
    from {{ ref('stg_incoming__records') }} as records
    where records.is_active and records.landed_in is not null
)

select * from final
