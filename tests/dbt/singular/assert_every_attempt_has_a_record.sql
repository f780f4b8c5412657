-- Finds: distinct syncs whose attempts no record counts, or counts otherwise than the
-- log does.
-- Why it matters: such attempts are missing from every sync log, and with them the
-- errors that a school has to mend.
-- How to fix it: look for the key in int_distinct_syncs_described (was it described?)
-- and in int_syncs_resolved (was its record found?); both must hold every key.

with attempts as (
    select
        distinct_sync_key,
        count(*) as attempted_count,
        count(*) filter (where status = 'error') as error_count
    from {{ ref('fct_sync_attempts') }}
    group by distinct_sync_key
)

select
    attempts.distinct_sync_key,
    attempts.attempted_count,
    attempts.error_count,
    syncs.record_key,
    syncs.attempted_count as counted_attempts,
    syncs.error_count as counted_errors
from attempts
full outer join {{ ref('fct_distinct_syncs') }} as syncs
    on attempts.distinct_sync_key = syncs.distinct_sync_key
where
    syncs.record_key is null
    or attempts.attempted_count is distinct from syncs.attempted_count
    or attempts.error_count is distinct from syncs.error_count
