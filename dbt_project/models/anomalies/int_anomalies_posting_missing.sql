with expected as (
    select * from {{ ref('int_postings_expected') }}
),

final as (
    select
        expected.campus_id,
        'attendance_posting' as record_type,
        coalesce(
            posted.record_key,
            'attendance_posting?user_attendance=' || expected.user_attendance
        ) as record_key,
        cast(null as varchar) as job_id,
        concat_ws('|', expected.attendance_id, expected.user_id) as shown_by,
        expected.due_at as first_seen_at,
        coalesce(posted.first_success_at, {{ run_instant('as_of') }}) as last_seen_at,
        posted.first_success_at as resolved_at,
        cast(1 as bigint) as occurrences,
        'The attendance of user ' || expected.user_id || ' in session '
        || expected.attendance_id || ' on ' || expected.session_date
        || case
            when posted.first_success_at is null then ' was never posted.'
            else ' was posted late.'
        end as title,
        {{ evidence({
            'attendance_id': 'expected.attendance_id',
            'user_id': 'expected.user_id',
            'session_ends_at': 'expected.ends_at',
            'first_success_at': 'posted.first_success_at',
        }) }} as evidence,
        cast(null as varchar) as next_step,
        cast(null as varchar) as next_step_owner
    from expected
    left join {{ ref('int_user_attendances_posted') }} as posted
        on
            expected.campus_id = posted.campus_id
            and expected.user_attendance = posted.user_attendance
    where
        posted.first_success_at is null or posted.first_success_at > expected.due_at
)

select * from final
