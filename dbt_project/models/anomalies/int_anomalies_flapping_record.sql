with final as (
    select
        syncs.campus_id,
        syncs.record_type,
        syncs.record_key,
        last_attempts.job_id,
        {{ attempt_name('first_attempts') }} as shown_by,
        first_attempts.requested_at as first_seen_at,
        last_attempts.requested_at as last_seen_at,
        case when series.ends_at < {{ run_instant('as_of') }} then series.ends_at end
            as resolved_at,
        series.occurrences,
        {{ record_label('syncs') }} || ' changed between success and error '
        || series.occurrences || ' times from ' || first_attempts.requested_date
        || ' to ' || last_attempts.requested_date || '.' as title,
        {{ evidence({
            'changes': 'series.occurrences',
            'days': 'series.days',
            'last_request_id': 'last_attempts.request_id',
            'is_failing_then': 'last_attempts.is_error',
        }) }} as evidence,
        cast(null as varchar) as next_step,
        cast(null as varchar) as next_step_owner
    from {{ ref('int_outcomes_flapping') }} as series
    inner join {{ ref('fct_distinct_syncs') }} as syncs
        on series.last_sync_key = syncs.distinct_sync_key
    inner join {{ ref('int_attempts_ordered') }} as first_attempts
        on series.first_attempt_no = first_attempts.attempt_no
    inner join {{ ref('int_attempts_ordered') }} as last_attempts
        on series.last_attempt_no = last_attempts.attempt_no
)

select * from final
