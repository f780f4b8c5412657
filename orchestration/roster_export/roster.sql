-- The roster of one campus in OneRoster's words, a table a data type in schema memory.main.
-- $campus names the campus. Archived and deleted records stay out.

create temp macro guid(id) as
    case
        when regexp_full_match(id, '[0-9a-zA-Z.\-_/@]{1,255}') then id
        else sha1(id)
    end;

-- As an import trims it: names that differ in white space alone are one there.
create temp macro trimmed(text) as
    nullif(
        trim(text, ' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(160)),
        ''
    );

create temp macro shown(text) as coalesce(trimmed(text), '-');

create temp table campus as
select campus_id, name, organization_name, time_zone
from published.marts.dim_campuses
where campus_id = getvariable('campus') and not is_deleted;

create temp table live_courses as
select
    courses.*,
    cast(timezone(campus.time_zone, courses.starts_at) as date) as start_date,
    cast(timezone(campus.time_zone, courses.ends_at) as date) as end_date
from published.marts.dim_courses as courses
inner join campus
    on courses.campus_id = campus.campus_id
where not courses.is_deleted and courses.archived_at is null;

create temp table live_users as
select users.* replace (
    trimmed(users.email) as email,
    trimmed(users.issued_id) as issued_id
)
from published.marts.dim_users as users
inner join campus
    on users.campus_id = campus.campus_id
where not users.is_deleted and users.archived_at is null;

create table orgs as
select
    sha1('organization ' || organization_name) as "sourcedId",
    shown(organization_name) as name,
    'district' as type,
    cast(null as varchar) as "parentSourcedId"
from campus
where organization_name is not null
union all
select
    guid(campus_id),
    shown(coalesce(name, campus_id)),
    'school',
    case
        when organization_name is not null
            then sha1('organization ' || organization_name)
    end
from campus;

create temp table spans as
select
    course_id,
    case
        when
            starts_at <= ends_at
            and start_date between date '0001-01-01' and date '9999-12-31'
            and end_date between date '0001-01-01' and date '9999-12-31'
            then start_date
    end as start_date,
    end_date
from live_courses;

create temp table course_sessions as
select
    course_id,
    case
        when start_date is null then 'undated'
        else
            strftime(start_date, '%Y-%m-%d') || '_' || strftime(end_date, '%Y-%m-%d')
    end as session_id,
    start_date,
    case when start_date is not null then end_date end as end_date
from spans;

create table "academicSessions" as
select distinct
    session_id as "sourcedId",
    case
        when start_date is null then 'undated'
        else
            strftime(start_date, '%Y-%m-%d') || ' - ' || strftime(end_date, '%Y-%m-%d')
    end as title,
    'term' as type,
    strftime(coalesce(start_date, date '1900-01-01'), '%Y-%m-%d') as "startDate",
    strftime(coalesce(end_date, date '2999-12-31'), '%Y-%m-%d') as "endDate",
    strftime(coalesce(end_date, date '2999-12-31'), '%Y') as "schoolYear"
from course_sessions;

create table courses as
select
    guid(courses.course_id) as "sourcedId",
    shown(coalesce(courses.title, courses.name)) as title,
    coalesce(courses.add_code, courses.mapping_id) as "courseCode",
    guid(courses.campus_id) as "orgSourcedId"
from live_courses as courses;

create table classes as
select
    guid(courses.course_id) as "sourcedId",
    shown(coalesce(courses.title, courses.name)) as title,
    guid(courses.course_id) as "courseSourcedId",
    coalesce(courses.add_code, courses.mapping_id) as "classCode",
    'scheduled' as "classType",
    guid(courses.campus_id) as "schoolSourcedId",
    sessions.session_id as "termSourcedIds"
from live_courses as courses
inner join course_sessions as sessions
    on courses.course_id = sessions.course_id;

-- A name that two users have, as whatever, tells neither of them.
create temp table names_borne as
select name
from (
    select distinct user_id, unnest([email, issued_id, user_id]) as name
    from live_users
)
where name is not null
group by name
having count(*) = 1;

create table users as
select
    guid(live_users.user_id) as "sourcedId",
    'true' as "enabledUser",
    guid(live_users.campus_id) as "orgSourcedIds",
    case live_users.user_type
        when 'student' then 'student'
        when 'administrator' then 'administrator'
        else 'teacher'
    end as role,
    case
        when live_users.email in (select name from names_borne) then live_users.email
        when live_users.issued_id in (select name from names_borne)
            then live_users.issued_id
        else live_users.user_id
    end as username,
    shown(live_users.first_name) as "givenName",
    shown(live_users.last_name) as "familyName",
    live_users.issued_id as identifier,
    case
        when regexp_full_match(live_users.email, '[^@\s]+@[^@\s]+\.[^@\s]+')
            then live_users.email
    end as email
from live_users;

create table enrollments as
select
    guid(members.course_member_id) as "sourcedId",
    guid(members.course_id) as "classSourcedId",
    guid(members.campus_id) as "schoolSourcedId",
    guid(members.user_id) as "userSourcedId",
    case live_users.user_type
        when 'student' then 'student'
        when 'administrator' then 'administrator'
        else 'teacher'
    end as role
from published.marts.dim_course_members as members
inner join live_courses
    on
        members.campus_id = live_courses.campus_id
        and members.course_id = live_courses.course_id
inner join live_users
    on
        members.campus_id = live_users.campus_id
        and members.user_id = live_users.user_id
where not members.is_deleted and members.archived_at is null;
