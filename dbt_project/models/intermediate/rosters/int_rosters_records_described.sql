with final as (
    select
        last_imports.campus_id,
        records.source,
        records.data_type,
        records.record_id,
        first_imports.sync_id as first_sync_id,
        last_imports.sync_id as last_changed_sync_id,
        records.is_active,
        coalesce(users.school_ids, records.own_school_ids, []) as school_ids,
        cast(records.content as json) as content,
        last_imports.started_at as last_changed_at
    from {{ ref('stg_roster__records') }} as records
    inner join {{ ref('stg_roster__imports') }} as first_imports
        on records.first_import_no = first_imports.import_no
    inner join {{ ref('stg_roster__imports') }} as last_imports
        on records.last_changed_import_no = last_imports.import_no
    left join {{ ref('int_rosters_users_schooled') }} as users
        on
            records.source = users.source
            and case
                when records.data_type = 'users' then records.record_id
                when records.data_type in ('demographics', 'userProfiles')
                    then records.user_id
            end = users.user_id
)

select * from final
