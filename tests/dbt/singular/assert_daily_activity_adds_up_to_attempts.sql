-- Finds: days on which a campus's daily activity counts other attempts or errors than
-- the log holds.
-- Why it matters: trends and volume checks read the daily rows, not the log.
-- How to fix it: fct_daily_sync_activity joins attempts to their records; a lost or
-- doubled row comes from int_syncs_resolved lacking a key or holding it twice.

with attempts as (
    select
        campus_id,
        record_type,
        requested_date,
        count(*) as attempt_count,
        count(*) filter (where status = 'error') as error_count
    from {{ ref('fct_sync_attempts') }}
    group by
        campus_id,
        record_type,
        requested_date
),

activity as (
    select
        campus_id,
        record_type,
        requested_date,
        sum(attempt_count) as attempt_count,
        sum(error_count) as error_count
    from {{ ref('fct_daily_sync_activity') }}
    group by
        campus_id,
        record_type,
        requested_date
)

select
    attempts.campus_id,
    attempts.record_type,
    attempts.requested_date,
    attempts.attempt_count,
    attempts.error_count,
    activity.campus_id as activity_campus_id,
    activity.record_type as activity_record_type,
    activity.requested_date as activity_requested_date,
    activity.attempt_count as activity_attempt_count,
    activity.error_count as activity_error_count
from attempts
full outer join activity
    on
        attempts.campus_id = activity.campus_id
        and attempts.record_type = activity.record_type
        and attempts.requested_date = activity.requested_date
where
    attempts.attempt_count is distinct from activity.attempt_count
    or attempts.error_count is distinct from activity.error_count
