-- Only what was sent that often at all is counted by the week, and only those weeks by
-- the day: in a long history there are nearly as many syncs and days as attempts.

with repeated as (
    select
        syncs.distinct_sync_key,
        {{ threshold('retry_storm_attempts') }} as most_attempts
    from {{ ref('fct_distinct_syncs') }} as syncs
    left join {{ ref('int_anomaly_thresholds') }} as thresholds
        on syncs.campus_id = thresholds.campus_id
    where syncs.attempted_count > {{ threshold('retry_storm_attempts') }}
),

attempts as not materialized (
    select
        distinct_sync_key,
        requested_date,
        (requested_date - date '1970-01-01') // 7 as week_no,
        is_error,
        attempt_no,
        requested_at
    from {{ ref('int_attempts_ordered') }}
),

sync_weeks as (
    select
        attempts.distinct_sync_key,
        attempts.week_no,
        any_value(repeated.most_attempts) as most_attempts
    from attempts
    inner join repeated
        on attempts.distinct_sync_key = repeated.distinct_sync_key
    group by
        attempts.distinct_sync_key,
        attempts.week_no
    having count(*) > any_value(repeated.most_attempts)
),

sync_days as (
    select
        attempts.distinct_sync_key,
        attempts.requested_date,
        count(*) as occurrences,
        count(*) filter (where attempts.is_error) as error_count,
        min(attempts.attempt_no) as first_attempt_no,
        max(attempts.requested_at) as last_seen_at
    from attempts
    inner join sync_weeks
        on
            attempts.distinct_sync_key = sync_weeks.distinct_sync_key
            and attempts.week_no = sync_weeks.week_no
    group by
        attempts.distinct_sync_key,
        attempts.requested_date
    having count(*) > any_value(sync_weeks.most_attempts)
),

storms as (
    select
        sync_days.*,
        syncs.campus_id,
        syncs.record_type,
        syncs.record_key
    from sync_days
    inner join {{ ref('fct_distinct_syncs') }} as syncs
        on sync_days.distinct_sync_key = syncs.distinct_sync_key
),

final as (
    select
        storms.campus_id,
        storms.record_type,
        storms.record_key,
        first_attempts.job_id,
        {{ attempt_name('first_attempts') }} as shown_by,
        first_attempts.requested_at as first_seen_at,
        storms.last_seen_at,
        cast(null as timestamp with time zone) as resolved_at,
        storms.occurrences,
        'The same request for ' || {{ record_label('storms', is_first=false) }}
        || ' was sent ' || storms.occurrences || ' times on ' || storms.requested_date
        || '.' as title,
        {{ evidence({
            'date': 'storms.requested_date',
            'attempts': 'storms.occurrences',
            'errors': 'storms.error_count',
            'first_request_id': 'first_attempts.request_id',
        }) }} as evidence,
        cast(null as varchar) as next_step,
        cast(null as varchar) as next_step_owner
    from storms
    inner join {{ ref('int_attempts_ordered') }} as first_attempts
        on storms.first_attempt_no = first_attempts.attempt_no
)

select * from final
