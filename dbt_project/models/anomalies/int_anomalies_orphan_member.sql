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
),

timed as (
    select
        members.*,
        greatest(
            members.created_at,
            coalesce(
                least(members.course_ended_at, members.user_ended_at),
                members.created_at
            )
        ) as first_seen_at,
        snapshots.newest_snapshot_at as last_seen_at,
        cast(null as timestamp with time zone) as resolved_at
    from members
    inner join {{ ref('int_roster_snapshots_newest') }} as snapshots
        on snapshots.record_type = 'course_member'
    where
        members.archived_at is null
        and not members.is_deleted
        and not (members.has_course and members.has_user)
    union all
    select
        members.*,
        greatest(members.created_at, orphaned.orphaned_at) as first_seen_at,
        orphaned.last_shown_at as last_seen_at,
        orphaned.resolved_at
    from members
    inner join {{ ref('int_members_orphaned') }} as orphaned
        on
            members.campus_id = orphaned.campus_id
            and members.course_member_id = orphaned.course_member_id
    where
        members.archived_at is not null
        or members.is_deleted
        or (members.has_course and members.has_user)
),

final as (
    select
        campus_id,
        'course_member' as record_type,
        {{ record_key("'course_member'", 'course_member_id') }} as record_key,
        cast(null as varchar) as job_id,
        course_member_id as shown_by,
        first_seen_at,
        last_seen_at,
        resolved_at,
        cast(1 as bigint) as occurrences,
        'The enrollment ' || course_member_id || case
            when resolved_at is not null
                then ' was active while its course or its user was'
            when not has_course and not has_user
                then ' is active, but its course and its user are'
            when not has_course then ' is active, but its course is'
            else ' is active, but its user is'
        end || ' archived or gone.' as title,
        {{ evidence({
            'course_member_id': 'course_member_id',
            'course_id': 'course_id',
            'course_is_active': 'has_course',
            'course_ended_at': 'course_ended_at',
            'user_id': 'user_id',
            'user_is_active': 'has_user',
            'user_ended_at': 'user_ended_at',
        }) }} as evidence,
        cast(null as varchar) as next_step,
        cast(null as varchar) as next_step_owner
    from timed
)

select * from final
