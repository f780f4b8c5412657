-- The record lists.

create temp macro is_listed(is_deleted, created_at, updated_at) as
not is_deleted
and (
    (created_at >= as_of() - interval 180 days and created_at < as_of())
    or (updated_at >= as_of() - interval 180 days and updated_at < as_of())
);

create table course_list as
select
    courses.campus_id,
    course_id,
    add_code,
    mapping_id,
    name,
    title,
    starts_at,
    ends_at,
    instructor_name,
    attendance_name,
    meeting_days,
    courses.created_at < range_start() as existed_before,
    courses.created_at >= range_start()
    and courses.created_at < range_end() as created_in_range,
    courses.updated_in_range,
    courses.archived_at is not null as is_archived,
    courses.created_at,
    courses.updated_at
from work.courses as courses
where is_listed(courses.is_deleted, courses.created_at, courses.updated_at)
order by
    title nulls last, name nulls last, starts_at nulls last, course_id;

create table user_list as
select
    users.campus_id,
    user_id,
    issued_id,
    mapping_id,
    email,
    first_name,
    last_name,
    user_type,
    last_activity_at,
    users.created_at < range_start() as existed_before,
    users.created_at >= range_start()
    and users.created_at < range_end() as created_in_range,
    users.updated_in_range,
    users.archived_at is not null as is_archived,
    users.created_at,
    users.updated_at
from work.users as users
where is_listed(users.is_deleted, users.created_at, users.updated_at)
order by
    last_name nulls last, first_name nulls last, issued_id nulls last, user_id;

create table course_member_list as
select
    course_members.campus_id,
    course_members.course_member_id,
    course_members.mapping_id,
    course_members.course_id,
    courses.title as course_title,
    courses.name as course_name,
    course_members.user_id,
    users.issued_id,
    users.email,
    users.first_name,
    users.last_name,
    course_members.created_at < range_start() as existed_before,
    course_members.created_at >= range_start()
    and course_members.created_at < range_end() as created_in_range,
    course_members.updated_in_range,
    course_members.archived_at is not null as is_archived,
    course_members.created_at,
    course_members.updated_at
from work.course_members as course_members
left join work.courses as courses using (campus_id, course_id)
left join work.users as users using (campus_id, user_id)
where is_listed(course_members.is_deleted, course_members.created_at, course_members.updated_at)
order by
    course_title nulls last, course_name nulls last, courses.starts_at nulls last,
    users.last_name nulls last, users.first_name nulls last,
    users.issued_id nulls last, course_member_id;

create table attendance_session_list as
select
    attendance_sessions.campus_id,
    attendance_id,
    attendance_sessions.mapping_id,
    attendance_sessions.course_id,
    courses.title as course_title,
    courses.name as course_name,
    attendance_sessions.starts_at,
    attendance_sessions.ends_at,
    attendance_sessions.starts_at - to_minutes(check_in_opens_min) as check_in_opens_at,
    attendance_sessions.starts_at + to_minutes(check_in_closes_min) as check_in_closes_at,
    attendance_sessions.ends_at - to_minutes(check_out_opens_min) as check_out_opens_at,
    attendance_sessions.ends_at + to_minutes(check_out_closes_min) as check_out_closes_at,
    attendance_sessions.created_at < range_start() as existed_before,
    attendance_sessions.created_at >= range_start()
    and attendance_sessions.created_at < range_end() as created_in_range,
    attendance_sessions.updated_in_range,
    attendance_sessions.archived_at is not null as is_archived,
    attendance_sessions.created_at,
    attendance_sessions.updated_at
from work.attendance_sessions as attendance_sessions
left join work.courses as courses using (campus_id, course_id)
left join work.campuses as campuses using (campus_id)
where is_listed(attendance_sessions.is_deleted, attendance_sessions.created_at, attendance_sessions.updated_at)
order by
    course_title nulls last, course_name nulls last, courses.starts_at nulls last,
    attendance_sessions.starts_at nulls last, attendance_id;
