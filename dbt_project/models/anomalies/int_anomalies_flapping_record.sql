-- A change counts where the attempt after it lies within the days. The id is that of
-- the first change of a series without a longer pause: so it stays from day to day.

with candidates as (
    select
        records.record_uid,
        records.last_sync_key,
        cast({{ threshold('flapping_days') }} as integer) as days,
        {{ threshold('flapping_changes') }} as wanted_changes
    from {{ ref('int_records_attempted') }} as records
    left join {{ ref('int_anomaly_thresholds') }} as thresholds
        on records.campus_id = thresholds.campus_id
    where
        2 * least(records.recent_error_count, records.recent_success_count) + 1
        >= {{ threshold('flapping_changes') }}
),

compared as (
    select
        attempts.*,
        candidates.last_sync_key,
        candidates.days,
        candidates.wanted_changes,
        lag(attempts.is_error) over (
            partition by attempts.record_uid
            order by attempts.attempt_no
        ) as was_error
    from {{ ref('int_attempts_ordered') }} as attempts
    inner join candidates
        on attempts.record_uid = candidates.record_uid
),

changes as (
    select
        *,
        coalesce(
            requested_at - lag(requested_at) over (
                partition by record_uid
                order by attempt_no
            ) < to_days(days),
            false
        ) as continues_series
    from compared
    where was_error <> is_error
),

numbered as (
    select
        *,
        count(*) filter (where not continues_series) over (
            partition by record_uid
            order by attempt_no
        ) as series_no
    from changes
),

series as (
    select
        record_uid,
        series_no,
        any_value(last_sync_key) as last_sync_key,
        any_value(days) as days,
        any_value(wanted_changes) as wanted_changes,
        min(attempt_no) as first_attempt_no,
        max(attempt_no) as last_attempt_no,
        count(*) filter (
            where requested_at >= {{ run_instant('as_of') }} - to_days(days)
        ) as occurrences
    from numbered
    group by
        record_uid,
        series_no
),

final as (
    select
        syncs.campus_id,
        syncs.record_type,
        syncs.record_key,
        last_attempts.job_id,
        {{ attempt_name('first_attempts') }} as shown_by,
        first_attempts.requested_at as first_seen_at,
        last_attempts.requested_at as last_seen_at,
        cast(null as timestamp with time zone) as resolved_at,
        series.occurrences,
        {{ record_label('syncs') }} || ' changed between success and error '
        || series.occurrences || ' times within ' || series.days || ' days.' as title,
        {{ evidence({
            'changes': 'series.occurrences',
            'days': 'series.days',
            'last_request_id': 'last_attempts.request_id',
            'is_failing_now': 'last_attempts.is_error',
        }) }} as evidence,
        cast(null as varchar) as next_step,
        cast(null as varchar) as next_step_owner
    from series
    inner join {{ ref('fct_distinct_syncs') }} as syncs
        on series.last_sync_key = syncs.distinct_sync_key
    inner join {{ ref('int_attempts_ordered') }} as first_attempts
        on series.first_attempt_no = first_attempts.attempt_no
    inner join {{ ref('int_attempts_ordered') }} as last_attempts
        on series.last_attempt_no = last_attempts.attempt_no
    where series.occurrences >= series.wanted_changes
)

select * from final
