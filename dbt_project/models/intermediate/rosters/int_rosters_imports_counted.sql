with final as (
    select
        imports.campus_id,
        imports.sync_id,
        imports.app,
        counts.data_type,
        counts.school_id,
        schools.school_name,
        counts.total,
        counts.no_change,
        counts.new,
        counts.updated,
        counts.deleted,
        counts.deleted_absent,
        counts.skipped,
        counts.merged + counts.excluded as duplicates,
        counts.merged,
        counts.excluded,
        counts.invalid,
        counts.skipped_by_provider,
        counts.granted_by_provider,
        counts.skipped_by_vendor,
        counts.received_by_vendor,
        imports.started_at
    from {{ ref('stg_roster__counts') }} as counts
    inner join {{ ref('stg_roster__imports') }} as imports
        on counts.import_no = imports.import_no
    left join {{ ref('int_rosters_schools_named') }} as schools
        on
            counts.import_no = schools.import_no
            and counts.school_id = schools.school_id
)

select * from final
