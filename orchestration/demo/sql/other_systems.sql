-- What two other systems of the demo's first campus say: the student information system's
-- OneRoster files of the two newest snapshots, and Cloudwork's provisioning report of 30
-- days. Everything is of the demo's own roster, so that one record is known to all.
create temp table persons as
select
    *,
    coalesce(mapping_id, user_id) as sourced_id
from roster_users
where campus_id = getvariable('system_campus') and archived_at is null;

create temp table taught as
select
    *,
    coalesce(mapping_id, course_id) as sourced_id
from roster_courses
where campus_id = getvariable('system_campus') and archived_at is null;

create temp table oneroster_orgs as
select distinct
    taken_at,
    getvariable('system_campus') as "sourcedId",
    '' as status,
    '' as "dateLastModified",
    'Campus ' || getvariable('system_campus') as name,
    'school' as type,
    '' as identifier,
    '' as "parentSourcedId"
from persons;

create temp table "oneroster_academicSessions" as
select distinct
    taken_at,
    'year' as "sourcedId",
    '' as status,
    '' as "dateLastModified",
    'School year' as title,
    'schoolYear' as type,
    strftime(getvariable('as_of') - interval 200 day, '%Y-%m-%d') as "startDate",
    strftime(getvariable('as_of') + interval 160 day, '%Y-%m-%d') as "endDate",
    '' as "parentSourcedId",
    strftime(getvariable('as_of') + interval 160 day, '%Y') as "schoolYear"
from persons;

create temp table oneroster_courses as
select
    taken_at,
    sourced_id as "sourcedId",
    '' as status,
    '' as "dateLastModified",
    'year' as "schoolYearSourcedId",
    coalesce(title, name, course_id) as title,
    name as "courseCode",
    campus_id as "orgSourcedId"
from taught;

create temp table oneroster_classes as
select
    taken_at,
    sourced_id as "sourcedId",
    '' as status,
    '' as "dateLastModified",
    coalesce(title, name, course_id) as title,
    sourced_id as "courseSourcedId",
    add_code as "classCode",
    'scheduled' as "classType",
    campus_id as "schoolSourcedId",
    'year' as "termSourcedIds"
from taught;

-- A few addresses lost their @ on the way, and one row its name: real files are so.
create temp table oneroster_users as
select
    taken_at,
    sourced_id as "sourcedId",
    '' as status,
    '' as "dateLastModified",
    'true' as "enabledUser",
    campus_id as "orgSourcedIds",
    if(user_type = 'student', 'student', 'teacher') as role,
    coalesce(email, user_id) as username,
    issued_id as identifier,
    if(hash(user_id) % 61 = 1, '', coalesce(first_name, '-')) as "givenName",
    coalesce(last_name, '-') as "familyName",
    if(hash(user_id) % 37 = 0, replace(email, '@', ' at '), email) as email
from persons;

create temp table oneroster_enrollments as
select
    members.taken_at,
    coalesce(members.mapping_id, members.course_member_id) as "sourcedId",
    '' as status,
    '' as "dateLastModified",
    taught.sourced_id as "classSourcedId",
    members.campus_id as "schoolSourcedId",
    persons.sourced_id as "userSourcedId",
    if(persons.user_type = 'student', 'student', 'teacher') as role
from roster_course_members as members
inner join persons using (taken_at, user_id)
inner join taught using (taken_at, course_id)
where members.archived_at is null;

create temp table nights as
select
    getvariable('as_of')::date - day_no::integer as night,
    hash(day_no, getvariable('system_campus')) as drawn
from range(1, 31) as counted (day_no);

create temp table provisioned as
select
    user_id,
    email,
    row_number() over (order by hash(user_id), user_id) as place
from persons
where taken_at = (select max(taken_at) from persons) and email is not null;

create temp table cloudwork_events as
select
    night + interval '2 hours' as started,
    'Account Synchronization' as event,
    profile as syncprofile_name,
    'Staff' = profile as is_staff,
    '' as user_name,
    if(profile = 'Staff', 24, 160) + drawn % 5 as processed,
    if(drawn % 3 = 0, drawn % 4, 0) as added,
    if(drawn % 3 = 0, 1 + drawn % 6, 0) as updated,
    if(drawn % 11 = 0, 1, 0) as disabled,
    0 as deleted,
    0 as errors,
    'LDAP sync of ' || profile as details
from nights, (values ('Staff'), ('Students')) as profiles (profile)
union all by name
select
    night + interval '3 hours' as started,
    'Sync Error' as event,
    'Students' as syncprofile_name,
    '' as user_name,
    1 as processed, 0 as added, 0 as updated, 0 as disabled, 0 as deleted,
    1 as errors,
    'No account could be made for ' || email || ': the name is taken' as details
from nights
inner join provisioned on place = 1 + drawn % 40
where drawn % 7 = 2
union all by name
select
    night + interval '8 hours' + to_minutes(place::bigint * 3) as started,
    if(hash(night, place) % 6 = 0, 'Authentication Failed', 'Authentication') as event,
    '' as syncprofile_name,
    email as user_name,
    1 as processed, 0 as added,
    if(hash(night, place) % 6 = 0, 0, 1) as updated,
    0 as disabled, 0 as deleted,
    if(hash(night, place) % 6 = 0, 1, 0) as errors,
    'Signed in by browser' as details
from nights
inner join provisioned on hash(night, place) % 25 = 0 and place <= 90
union all by name
select
    night + interval '9 hours' as started,
    'User CSV Processed With Errors' as event,
    '' as syncprofile_name,
    '' as user_name,
    42 as processed, 3 as added, 5 as updated, 0 as disabled, 0 as deleted,
    2 as errors,
    'Rows 7 and 19 have no group' as details
from nights
where drawn % 13 = 4;
