-- Finds: requests of the batches since the last completed build that are not among the
-- deduplicated ones.
-- Why it matters: what a build leaves out, no later build looks for again.
-- How to fix it: see whether built_through_batch was moved on by a build that failed;
-- if so run once with --full-refresh, which reads every landed batch.

select distinct
    landed.campus_id,
    landed.request_id
from {{ ref('stg_platform__api_requests') }} as landed
anti join {{ ref('int_requests_deduplicated') }} as kept
    on landed.campus_id = kept.campus_id and landed.request_id = kept.request_id
where landed._batch > {{ var('built_through_batch') }}
