-- A run of errors ends with the record's next success.

with candidates as (
    select
        records.record_no,
        records.last_sync_key,
        {{ threshold('persistent_error_dates') }} as wanted_dates
    from {{ ref('int_records_attempted') }} as records
    left join {{ ref('int_anomaly_thresholds') }} as thresholds
        on records.campus_id = thresholds.campus_id
    where records.error_count >= {{ threshold('persistent_error_dates') }}
),

attempts as (
    select
        attempts.*,
        candidates.last_sync_key,
        candidates.wanted_dates,
        count_if(not attempts.is_error) over (
            partition by attempts.record_no
            order by attempts.attempt_no
        ) as success_no
    from {{ ref('int_attempts_ordered') }} as attempts
    inner join candidates
        on attempts.record_no = candidates.record_no
),

between_successes as (
    select
        record_no,
        success_no,
        any_value(last_sync_key) as last_sync_key,
        any_value(wanted_dates) as wanted_dates,
        count(distinct requested_date) filter (where is_error) as date_count,
        count(*) filter (where is_error) as occurrences,
        min(attempt_no) filter (where is_error) as first_attempt_no,
        max(attempt_no) filter (where is_error) as last_attempt_no,
        min(requested_at) filter (where not is_error) as success_at
    from attempts
    group by
        record_no,
        success_no
),

runs as (
    select
        *,
        lead(success_at) over (
            partition by record_no
            order by success_no
        ) as resolved_at
    from between_successes
    qualify date_count >= wanted_dates
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
        runs.resolved_at,
        runs.occurrences,
        {{ record_label('syncs') }} || ' failed on ' || runs.date_count
        || ' different days without a success, from ' || first_attempts.requested_date
        || ' to ' || last_attempts.requested_date || '.' as title,
        {{ evidence({
            'error_code': 'told.error_code',
            'message': 'told.message',
            'meaning': 'errors.error_meaning',
            'failed_dates': 'runs.date_count',
            'first_request_id': 'first_attempts.request_id',
            'last_request_id': 'last_attempts.request_id',
        }) }} as evidence,
        errors.next_step,
        errors.next_step_owner
    from runs
    inner join {{ ref('fct_distinct_syncs') }} as syncs
        on runs.last_sync_key = syncs.distinct_sync_key
    inner join {{ ref('int_attempts_ordered') }} as first_attempts
        on runs.first_attempt_no = first_attempts.attempt_no
    inner join {{ ref('int_attempts_ordered') }} as last_attempts
        on runs.last_attempt_no = last_attempts.attempt_no
    inner join {{ ref('fct_sync_attempts') }} as told
        on
            last_attempts.campus_id = told.campus_id
            and last_attempts.request_id = told.request_id
            and last_attempts.item = told.item
    left join {{ ref('dim_errors') }} as errors
        on {{ same_error('told') }}
)

select * from final
