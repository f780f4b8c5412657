-- Tested at each change: did the days before it hold enough of them? It ends when they
-- no longer do. The id is that of the first change of a series without a longer pause:
-- so it stays from day to day.

with candidates as (
    select
        records.record_no,
        records.last_sync_key,
        cast({{ threshold('flapping_days') }} as integer) as days,
        cast(ceil({{ threshold('flapping_changes') }}) as bigint) as wanted_changes
    from {{ ref('int_records_attempted') }} as records
    left join {{ ref('int_anomaly_thresholds') }} as thresholds
        on records.campus_id = thresholds.campus_id
    where
        2 * least(records.error_count, records.success_count) + 1
        >= {{ threshold('flapping_changes') }}
),

compared as (
    select
        attempts.record_no,
        attempts.attempt_no,
        attempts.requested_at,
        attempts.is_error,
        candidates.last_sync_key,
        candidates.days,
        candidates.wanted_changes,
        lag(attempts.is_error) over (
            partition by attempts.record_no
            order by attempts.attempt_no
        ) as was_error
    from {{ ref('int_attempts_ordered') }} as attempts
    inner join candidates
        on attempts.record_no = candidates.record_no
),

changes as (
    select
        *,
        coalesce(
            requested_at - lag(requested_at) over (
                partition by record_no
                order by attempt_no
            ) < to_days(days),
            false
        ) as continues_series,
        lag(requested_at, wanted_changes - 1) over (
            partition by record_no
            order by attempt_no
        ) + to_days(days) as ends_at
    from compared
    where was_error <> is_error
),

numbered as (
    select
        *,
        count_if(not continues_series) over (
            partition by record_no
            order by attempt_no
        ) as series_no
    from changes
),

counted as (
    select
        *,
        row_number() over (
            partition by record_no, series_no
            order by attempt_no
        ) as change_no
    from numbered
),

final as (
    select
        record_no,
        any_value(last_sync_key) as last_sync_key,
        any_value(days) as days,
        min(attempt_no) as first_attempt_no,
        max(attempt_no) filter (where requested_at < ends_at) as last_attempt_no,
        max(change_no) filter (where requested_at < ends_at) as occurrences,
        max(ends_at) filter (where requested_at < ends_at) as ends_at
    from counted
    group by
        record_no,
        series_no
    having bool_or(requested_at < ends_at)
)

select * from final
