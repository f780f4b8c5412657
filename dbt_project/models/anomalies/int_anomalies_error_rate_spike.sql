with shares as (
    select
        days.*,
        days.failed_count / days.record_count as error_share,
        cast({{ threshold('error_spike_usual_days') }} as bigint) as usual_days,
        {{ threshold('error_spike_records') }} as wanted_records,
        {{ threshold('error_spike_earlier_days') }} as wanted_earlier_days,
        {{ threshold('error_spike_share') }} as tolerated_share,
        {{ threshold('error_spike_deviations') }} as tolerated_deviations
    from {{ ref('int_job_days_summed') }} as days
    left join {{ ref('int_anomaly_thresholds') }} as thresholds
        on days.campus_id = thresholds.campus_id
),

compared as (
    select
        *,
        avg(error_share) over earlier as usual_share,
        stddev_samp(error_share) over earlier as usual_deviation,
        count(*) over earlier as earlier_days
    from shares
    window earlier as (
        partition by campus_id, job_id
        order by requested_date
        rows between usual_days preceding and 1 preceding
    )
),

-- Shares are quotients: a share equal to the usual one may differ in its last digits.
spikes as (
    select *
    from compared
    where
        record_count >= wanted_records
        and earlier_days >= wanted_earlier_days
        and error_share > tolerated_share
        and error_share - usual_share - tolerated_deviations * usual_deviation > 1e-9
),

final as (
    select
        spikes.campus_id,
        cast(null as varchar) as record_type,
        cast(null as varchar) as record_key,
        spikes.job_id,
        {{ attempt_name('first_attempts') }} as shown_by,
        first_attempts.requested_at as first_seen_at,
        spikes.last_requested_at as last_seen_at,
        cast(null as timestamp with time zone) as resolved_at,
        spikes.failed_count as occurrences,
        'Of ' || spikes.record_count || ' records that job ' || spikes.job_id
        || ' sent on ' || spikes.requested_date || ', '
        || round(100 * spikes.error_share, 1) || ' % failed; '
        || round(100 * spikes.usual_share, 1) || ' % is usual.' as title,
        {{ evidence({
            'date': 'spikes.requested_date',
            'records': 'spikes.record_count',
            'failed_records': 'spikes.failed_count',
            'error_share': 'round(spikes.error_share, 6)',
            'usual_share': 'round(spikes.usual_share, 6)',
            'standard_deviation': 'round(spikes.usual_deviation, 6)',
            'earlier_days': 'spikes.earlier_days',
        }) }} as evidence,
        cast(null as varchar) as next_step,
        cast(null as varchar) as next_step_owner
    from spikes
    inner join {{ ref('int_attempts_ordered') }} as first_attempts
        on spikes.first_attempt_no = first_attempts.attempt_no
)

select * from final
