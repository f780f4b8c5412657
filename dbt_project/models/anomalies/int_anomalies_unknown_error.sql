-- The error is the code, or the message where there is no code (contract, section 3).

with failures as (
    select
        attempts.campus_id,
        coalesce(attempts.error_code, attempts.message) as error,
        any_value(attempts.error_code) as error_code,
        count(*) as occurrences,
        min(
            {{ record_of({
                'requested_at': 'attempts.requested_at',
                'request_id': 'attempts.request_id',
                'item': 'attempts.item',
                'job_id': 'attempts.job_id',
                'http_status': 'attempts.http_status',
                'message': 'attempts.message',
            }) }}
        ) as first_attempt,
        max(attempts.requested_at) as last_seen_at,
        count(distinct attempts.record_type) as record_type_count,
        min(attempts.record_type) as record_type
    from {{ ref('fct_sync_attempts') }} as attempts
    inner join {{ ref('dim_errors') }} as errors
        on {{ same_error('attempts') }}
    where
        not errors.is_known
        and attempts.requested_at < {{ run_instant('as_of') }}
    group by
        attempts.campus_id,
        coalesce(attempts.error_code, attempts.message)
),

final as (
    select
        campus_id,
        case when record_type_count = 1 then record_type end as record_type,
        cast(null as varchar) as record_key,
        first_attempt.job_id,
        {{ attempt_name('first_attempt') }} as shown_by,
        first_attempt.requested_at as first_seen_at,
        last_seen_at,
        cast(null as timestamp with time zone) as resolved_at,
        occurrences,
        'The error "' || error || '" is not in the error dictionary.' as title,
        {{ evidence({
            'error': 'error',
            'message': 'first_attempt.message',
            'http_status': 'first_attempt.http_status',
            'first_request_id': 'first_attempt.request_id',
            'attempts': 'occurrences',
        }) }} as evidence,
        cast(null as varchar) as next_step,
        cast(null as varchar) as next_step_owner
    from failures
)

select * from final
