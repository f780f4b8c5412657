-- Finds: data types of a source whose active records are not what its applied imports
-- added less what they deleted.
-- Why it matters: the records that a school looks at must follow from its bundles.
-- How to fix it: orchestration/rosters/apply.sql takes an import into the records;
-- remove HOME/warehouse/roster.duckdb to have all imports taken in anew.

with added as (
    select
        imports.source,
        counts.data_type,
        sum(counts.new - counts.deleted) as record_count
    from {{ ref('fct_roster_import_counts') }} as counts
    inner join {{ ref('fct_roster_imports') }} as imports
        on counts.sync_id = imports.sync_id
    where
        counts.school_id is null
        and imports.direction = 'import'
        and imports.status in ('Completed', 'Warning')
    group by
        imports.source,
        counts.data_type
),

active as (
    select
        source,
        data_type,
        count(*) filter (where is_active) as record_count
    from {{ ref('dim_roster_records') }}
    group by
        source,
        data_type
)

select
    coalesce(added.source, active.source) as source,
    coalesce(added.data_type, active.data_type) as data_type,
    added.record_count as added_count,
    active.record_count as active_count
from added
full join active
    on added.source = active.source and added.data_type = active.data_type
where coalesce(added.record_count, 0) != coalesce(active.record_count, 0)
