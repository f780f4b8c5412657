with attempts as (
    select
        campus_id,
        distinct_sync_key,
        {{ record_of({
            'requested_at': 'requested_at',
            'request_id': 'request_id',
            'item': 'item',
            'distinct_sync_key': 'distinct_sync_key',
            'status': 'status',
            'error_code': 'error_code',
            'message': 'message',
            'requested_date': 'requested_date',
        }) }} as attempt
    from {{ ref('fct_sync_attempts') }}
    where record_type = 'attendance_posting'
),

posted as (
    select
        attempts.campus_id,
        syncs.record_key,
        max(attempts.attempt) as last_attempt,
        max(attempts.attempt) filter (where attempts.attempt.status = 'success')
            as last_success,
        count(*) as attempted_count,
        count(*) filter (where attempts.attempt.status = 'error') as error_count,
        min(attempts.attempt.requested_at) as first_attempted_at
    from attempts
    inner join {{ ref('fct_distinct_syncs') }} as syncs
        on attempts.distinct_sync_key = syncs.distinct_sync_key
    group by
        attempts.campus_id,
        syncs.record_key
),

final as (
    select
        posted.campus_id,
        posted.record_key,
        syncs.user_id,
        syncs.user_mapping_id,
        syncs.issued_id,
        syncs.email,
        syncs.attendance_id,
        syncs.record_id,
        syncs.mapping_id,
        syncs.time_attended,
        syncs.time_absent,
        posted.last_attempt.status,
        posted.last_attempt.error_code,
        posted.last_attempt.message,
        posted.attempted_count,
        posted.error_count,
        posted.last_success is not null as is_posted,
        posted.last_attempt.requested_date as last_attempted_date,
        posted.first_attempted_at,
        posted.last_attempt.requested_at as last_attempted_at,
        posted.last_success.requested_at as last_posted_at
    from posted
    inner join {{ ref('fct_distinct_syncs') }} as syncs
        on posted.last_attempt.distinct_sync_key = syncs.distinct_sync_key
)

select * from final
order by
    campus_id asc,
    record_key asc
