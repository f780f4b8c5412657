with parents as (
    select
        campus_id,
        record_type,
        record_id,
        is_active,
        ended_at
    from {{ ref('int_roster_records_united') }}
    where record_type in ('course', 'user')
),

members as (
    select
        members.*,
        coalesce(courses.is_active, false) as has_course,
        coalesce(users.is_active, false) as has_user,
        courses.ended_at as course_ended_at,
        users.ended_at as user_ended_at
    from {{ ref('dim_course_members') }} as members
    left join parents as courses
        on
            members.campus_id = courses.campus_id
            and courses.record_type = 'course'
            and members.course_id = courses.record_id
    left join parents as users
        on
            members.campus_id = users.campus_id
            and users.record_type = 'user'
            and members.user_id = users.record_id
    where members.archived_at is null and not members.is_deleted
),

final as (
    select
        members.campus_id,
        'course_member' as record_type,
        {{ record_key("'course_member'", 'members.course_member_id') }} as record_key,
        cast(null as varchar) as job_id,
        members.course_member_id as shown_by,
        greatest(
            members.created_at,
            coalesce(
                least(members.course_ended_at, members.user_ended_at),
                members.created_at
            )
        ) as first_seen_at,
        snapshots.newest_snapshot_at as last_seen_at,
        cast(null as timestamp with time zone) as resolved_at,
        cast(1 as bigint) as occurrences,
        'The enrollment ' || members.course_member_id || ' is active, but '
        || case
            when not members.has_course and not members.has_user
                then 'its course and its user are'
            when not members.has_course then 'its course is'
            else 'its user is'
        end || ' archived or gone.' as title,
        {{ evidence({
            'course_member_id': 'members.course_member_id',
            'course_id': 'members.course_id',
            'course_is_active': 'members.has_course',
            'course_ended_at': 'members.course_ended_at',
            'user_id': 'members.user_id',
            'user_is_active': 'members.has_user',
            'user_ended_at': 'members.user_ended_at',
        }) }} as evidence,
        cast(null as varchar) as next_step,
        cast(null as varchar) as next_step_owner
    from members
    inner join {{ ref('int_roster_snapshots_newest') }} as snapshots
        on snapshots.record_type = 'course_member'
    where not (members.has_course and members.has_user)
)

select * from final
