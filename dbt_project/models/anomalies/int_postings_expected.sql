-- Sessions from before the campus's log begins are not asked for. A student is asked
-- for from when the enrollment was made. Read once: as a table it would be all students
-- of all sessions, written for nothing.
{{ config(materialized='view') }}

with log_begins as (
    select
        campus_id,
        min(requested_at) as log_begins_at
    from {{ ref('int_attempts_ordered') }}
    group by campus_id
),

posting_campuses as (
    select distinct
        jobs.campus_id,
        log_begins.log_begins_at,
        to_minutes(cast(60 * {{ threshold('posting_missing_hours') }} as bigint))
            as patience
    from {{ ref('dim_integration_jobs') }} as jobs
    inner join log_begins
        on jobs.campus_id = log_begins.campus_id
    left join {{ ref('int_anomaly_thresholds') }} as thresholds
        on jobs.campus_id = thresholds.campus_id
    where
        jobs.is_enabled
        and not jobs.is_deleted
        and jobs.direction = 'out'
        and (
            jobs.record_types is null
            or list_contains(
                string_split(replace(jobs.record_types, ' ', ''), ';'),
                'attendance_posting'
            )
        )
),

sessions as (
    select
        sessions.campus_id,
        sessions.attendance_id,
        sessions.course_id,
        sessions.session_date,
        sessions.ends_at,
        sessions.ends_at + posting_campuses.patience as due_at
    from {{ ref('dim_attendance_sessions') }} as sessions
    inner join posting_campuses
        on sessions.campus_id = posting_campuses.campus_id
    where
        sessions.archived_at is null
        and not sessions.is_deleted
        and sessions.ends_at + posting_campuses.patience <= {{ run_instant('as_of') }}
        and sessions.ends_at >= posting_campuses.log_begins_at
),

students as (
    select distinct
        members.campus_id,
        members.course_id,
        members.user_id,
        min(members.created_at) over (
            partition by members.campus_id, members.course_id, members.user_id
        ) as created_at
    from {{ ref('dim_course_members') }} as members
    inner join {{ ref('dim_users') }} as users
        on
            members.campus_id = users.campus_id
            and members.user_id = users.user_id
            and users.user_type = 'student'
            and users.archived_at is null
            and not users.is_deleted
    where members.archived_at is null and not members.is_deleted
),

final as (
    select
        sessions.campus_id,
        sessions.attendance_id,
        sessions.session_date,
        sessions.ends_at,
        sessions.due_at,
        students.user_id,
        {{ composite([
            record_key("'user'", 'students.user_id'),
            printable('sessions.attendance_id'),
        ]) }} as user_attendance
    from sessions
    inner join students
        on
            sessions.campus_id = students.campus_id
            and sessions.course_id = students.course_id
            and sessions.ends_at > students.created_at
)

select * from final
