-- Finds: attendance postings whose attempts or errors are not those of their distinct
-- syncs, and posting requests that no posting counts.
-- Why it matters: a posting that is not counted is attendance that nobody misses.
-- How to fix it: fct_attendance_postings groups attempts by the record_key of
-- fct_distinct_syncs; see whether both were built from the same int_syncs_resolved.

with syncs as (
    select
        campus_id,
        record_key,
        sum(attempted_count) as attempted_count,
        sum(error_count) as error_count
    from {{ ref('fct_distinct_syncs') }}
    where record_type = 'attendance_posting'
    group by
        campus_id,
        record_key
)

select
    syncs.campus_id,
    syncs.record_key,
    syncs.attempted_count,
    syncs.error_count,
    postings.campus_id as posting_campus_id,
    postings.record_key as posting_record_key,
    postings.attempted_count as posting_attempted_count,
    postings.error_count as posting_error_count
from syncs
full outer join {{ ref('fct_attendance_postings') }} as postings
    on
        syncs.campus_id = postings.campus_id
        and syncs.record_key = postings.record_key
where
    syncs.attempted_count is distinct from postings.attempted_count
    or syncs.error_count is distinct from postings.error_count
