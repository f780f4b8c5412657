-- Judged by what the record's last posting with both times says: one that fits and
-- succeeds ends it.

with judged as (
    select
        syncs.distinct_sync_key,
        syncs.campus_id,
        syncs.record_key,
        syncs.attendance_id,
        {{ minutes('syncs.time_attended') }} as attended_minutes,
        {{ minutes('syncs.time_absent') }} as absent_minutes,
        epoch_us(sessions.ends_at - sessions.starts_at) / 60e6 as session_minutes,
        {{ threshold('posting_time_minutes') }} as tolerated_minutes
    from {{ ref('fct_distinct_syncs') }} as syncs
    inner join {{ ref('dim_attendance_sessions') }} as sessions
        on
            syncs.campus_id = sessions.campus_id
            and syncs.attendance_id = sessions.attendance_id
    left join {{ ref('int_anomaly_thresholds') }} as thresholds
        on syncs.campus_id = thresholds.campus_id
    where
        syncs.record_type = 'attendance_posting'
        and {{ minutes('syncs.time_attended') }} is not null
        and {{ minutes('syncs.time_absent') }} is not null
        and sessions.ends_at is not null
        and sessions.starts_at is not null
),

compared as (
    select
        *,
        abs(attended_minutes + absent_minutes - session_minutes)
        > tolerated_minutes + 1e-9 as is_mismatch
    from judged
),

attempts as (
    select
        attempts.record_no,
        attempts.attempt_no,
        attempts.requested_at,
        attempts.is_error,
        compared.is_mismatch
    from {{ ref('int_attempts_ordered') }} as attempts
    inner join compared
        on attempts.distinct_sync_key = compared.distinct_sync_key
),

mismatches as (
    select
        record_no,
        count(*) as occurrences,
        min(attempt_no) as first_attempt_no,
        max(attempt_no) as last_attempt_no
    from attempts
    where is_mismatch
    group by record_no
),

corrections as (
    select
        attempts.record_no,
        min(attempts.requested_at) as resolved_at
    from attempts
    inner join mismatches
        on attempts.record_no = mismatches.record_no
    where
        attempts.attempt_no > mismatches.last_attempt_no
        and not attempts.is_error
    group by attempts.record_no
),

final as (
    select
        told.campus_id,
        'attendance_posting' as record_type,
        told.record_key,
        last_attempts.job_id,
        {{ attempt_name('first_attempts') }} as shown_by,
        first_attempts.requested_at as first_seen_at,
        last_attempts.requested_at as last_seen_at,
        corrections.resolved_at,
        mismatches.occurrences,
        'A posting for session ' || told.attendance_id || ' accounts for '
        || round(told.attended_minutes + told.absent_minutes, 1)
        || ' minutes, but the session lasts ' || round(told.session_minutes, 1)
        || '.' as title,
        {{ evidence({
            'request_id': 'last_attempts.request_id',
            'attendance_id': 'told.attendance_id',
            'attended_minutes': 'told.attended_minutes',
            'absent_minutes': 'told.absent_minutes',
            'session_minutes': 'told.session_minutes',
        }) }} as evidence,
        cast(null as varchar) as next_step,
        cast(null as varchar) as next_step_owner
    from mismatches
    left join corrections
        on mismatches.record_no = corrections.record_no
    inner join {{ ref('int_attempts_ordered') }} as first_attempts
        on mismatches.first_attempt_no = first_attempts.attempt_no
    inner join {{ ref('int_attempts_ordered') }} as last_attempts
        on mismatches.last_attempt_no = last_attempts.attempt_no
    inner join compared as told
        on last_attempts.distinct_sync_key = told.distinct_sync_key
)

select * from final
