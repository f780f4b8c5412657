-- Finds: counts of an import that do not add up to the rows of its file.
-- Why it matters: each row of a bundle has exactly one outcome; nothing is lost.
-- How to fix it: look at int_imported_rows_judged, which gives each row its outcome,
-- and at int_imported_rows_counted.

select
    sync_id,
    data_type,
    school_id
from {{ ref('fct_roster_import_counts') }}
where
    total
    != no_change + new + updated + skipped + duplicates + deleted - deleted_absent
    or duplicates != merged + excluded
    or total != skipped_by_provider + granted_by_provider
    or granted_by_provider != skipped_by_vendor + received_by_vendor
