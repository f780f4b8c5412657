with days as (
    select
        *,
        greatest(deleted_count, new_count) as changed_count
    from {{ ref('int_job_days_compared_to_roster') }}
),

final as (
    select
        days.campus_id,
        days.record_type,
        cast(null as varchar) as record_key,
        days.job_id,
        {{ attempt_name('first_attempts') }} as shown_by,
        first_attempts.requested_at as first_seen_at,
        days.last_requested_at as last_seen_at,
        cast(null as timestamp with time zone) as resolved_at,
        days.changed_count as occurrences,
        'On ' || days.requested_date || ' job ' || days.job_id
        || case
            when days.deleted_count >= days.new_count then ' deleted '
            else ' changed '
        end || days.changed_count || ' of '
        || days.active_count || ' active '
        || replace(days.record_type, '_', ' ') || 's.' as title,
        {{ evidence({
            'date': 'days.requested_date',
            'deleted_records': 'days.deleted_count',
            'records_with_new_requests': 'days.new_count',
            'active_records': 'days.active_count',
        }) }} as evidence,
        cast(null as varchar) as next_step,
        cast(null as varchar) as next_step_owner
    from days
    inner join {{ ref('int_attempts_ordered') }} as first_attempts
        on days.first_attempt_no = first_attempts.attempt_no
    where
        days.changed_count >= days.wanted_records
        and days.changed_count > days.wanted_share * days.active_count + 1e-9
)

select * from final
