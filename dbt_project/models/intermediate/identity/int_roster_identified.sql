-- One row per identifier that a roster record bears, in its newest version; of a
-- hard-deleted record the last one seen. Values that a record used to have do not
-- count.

with campuses as (
    select
        campus_id,
        time_zone
    from {{ ref('int_campuses_versioned') }}
    where is_newest
),

courses as (
    select
        *,
        archived_at is not null or valid_to_at is not null as is_archived
    from {{ ref('int_courses_versioned') }}
    where is_newest
),

users as (
    select
        * replace (lower(email) as email),
        archived_at is not null or valid_to_at is not null as is_archived
    from {{ ref('int_users_versioned') }}
    where is_newest
),

-- A member bears a pair, and a session a slot, when what they refer to is in the
-- roster.
members as (
    select
        members.campus_id,
        members.course_member_id,
        members.mapping_id,
        case
            when users.user_id is not null and courses.course_id is not null
                then {{ composite([
                    record_key("'user'", 'users.user_id'),
                    record_key("'course'", 'courses.course_id'),
                ]) }}
        end as pair,
        members.archived_at is not null or members.valid_to_at is not null
            as is_archived
    from {{ ref('int_course_members_versioned') }} as members
    left join users
        on members.campus_id = users.campus_id and members.user_id = users.user_id
    left join courses
        on
            members.campus_id = courses.campus_id
            and members.course_id = courses.course_id
    where members.is_newest
),

placed_sessions as (
    select
        sessions.campus_id,
        sessions.attendance_id,
        sessions.mapping_id,
        courses.course_id,
        timezone(campuses.time_zone, sessions.starts_at) as local_starts_at,
        sessions.archived_at is not null or sessions.valid_to_at is not null
            as is_archived
    from {{ ref('int_attendance_sessions_versioned') }} as sessions
    left join campuses
        on sessions.campus_id = campuses.campus_id
    left join courses
        on
            sessions.campus_id = courses.campus_id
            and sessions.course_id = courses.course_id
    where sessions.is_newest
),

sessions as (
    select
        campus_id,
        attendance_id,
        mapping_id,
        case
            when course_id is not null
                then {{ composite([
                    record_key("'course'", 'course_id'),
                    local_date_text('local_starts_at'),
                    local_time_text('local_starts_at'),
                ]) }}
        end as slot,
        case
            when course_id is not null
                then {{ composite([
                    record_key("'course'", 'course_id'),
                    local_date_text('local_starts_at'),
                ]) }}
        end as slot_on_date,
        is_archived
    from placed_sessions
),

identified as (
    select
        campus_id,
        'course' as record_type,
        course_id as record_id,
        is_archived,
        {{ identifiers(['course_id', 'mapping_id', 'add_code', 'name']) }} as identifier
    from courses
    union all
    select
        campus_id,
        'user' as record_type,
        user_id as record_id,
        is_archived,
        {{ identifiers(['user_id', 'mapping_id', 'issued_id', 'email']) }} as identifier
    from users
    union all
    select
        campus_id,
        'course_member' as record_type,
        course_member_id as record_id,
        is_archived,
        {{ identifiers(['course_member_id', 'mapping_id', 'pair']) }}
            as identifier
    from members
    union all
    select
        campus_id,
        'attendance_session' as record_type,
        attendance_id as record_id,
        is_archived,
        {{ identifiers(['attendance_id', 'mapping_id', 'slot']) }}
            as identifier
    from sessions
    union all
    select
        campus_id,
        'attendance_session' as record_type,
        attendance_id as record_id,
        is_archived,
        {{ record_of({'kind': "'slot'", 'value': 'slot_on_date', 'strength': 3}) }}
            as identifier
    from sessions
),

final as (
    select
        campus_id,
        record_type,
        record_id,
        identifier.kind,
        identifier.value,
        is_archived
    from identified
    where identifier.value is not null
)

select * from final
