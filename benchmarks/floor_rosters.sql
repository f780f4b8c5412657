-- The roster's records, and what names each of them.

-- A record's newest version: of rows with one id in one snapshot the latest counts.
create table work.campuses as
select *
from campuses_rows as told
qualify
    row_number() over (partition by campus_id order by snapshot_at desc, told desc) = 1;

create temp macro newest_of(source) as table
select
    *,
    snapshot_at < newest_snapshot(source) as is_deleted,
    bool_or(is_update(updated_at, created_at)) over (
        partition by campus_id, record_id
    ) as updated_in_range
from query_table(source) as told
qualify
    row_number() over (
        partition by campus_id, record_id
        order by snapshot_at desc, updated_at desc nulls last, told desc
    ) = 1;

create table work.courses as
from newest_of('courses_rows');

create table work.users as
from newest_of('users_rows');

create table work.course_members as
from newest_of('course_members_rows');

create table work.attendance_sessions as
from newest_of('attendance_sessions_rows');

-- Identifiers in long form, strongest first.
create temp macro listed(kinds, texts) as
list_filter(
    list_transform(
        list_zip(kinds, texts),
        lambda pair, place: {'strength': place, 'kind': pair[1], 'value': pair[2]}
    ),
    lambda identifier: identifier.value is not null
);

create temp macro course_identifiers(course_id, mapping_id, add_code, name) as
listed(
    ['course_id', 'mapping_id', 'add_code', 'name'],
    [course_id, mapping_id, add_code, name]
);

create temp macro user_identifiers(user_id, mapping_id, issued_id, email) as
listed(
    ['user_id', 'mapping_id', 'issued_id', 'email'],
    [user_id, mapping_id, issued_id, lower(email)]
);

create table work.borne as
with members as (
    select
        members.*,
        'user:' || users.user_id || '|course:' || courses.course_id as pair
    from work.course_members as members
    left join work.users as users using (campus_id, user_id)
    left join work.courses as courses using (campus_id, course_id)
),

sessions as (
    select
        sessions.*,
        'course:' || courses.course_id
        || strftime(timezone(time_zone, sessions.starts_at), '|%Y-%m-%d') as day_slot,
        regexp_replace(
            strftime(timezone(time_zone, sessions.starts_at), '|%H:%M:%S'),
            '^(.{6}):00$',
            '\1'
        ) as start_time
    from work.attendance_sessions as sessions
    left join work.courses as courses using (campus_id, course_id)
    left join work.campuses as campuses using (campus_id)
),

identified as (
    select
        campus_id,
        'course' as record_type,
        course_id as record_id,
        archived_at is not null or is_deleted as is_archived,
        unnest(course_identifiers(course_id, mapping_id, add_code, name)) as identifier
    from work.courses
    union all
    select
        campus_id,
        'user',
        user_id,
        archived_at is not null or is_deleted,
        unnest(user_identifiers(user_id, mapping_id, issued_id, email))
    from work.users
    union all
    select
        campus_id,
        'course_member',
        course_member_id,
        archived_at is not null or is_deleted,
        unnest(listed(
            ['course_member_id', 'mapping_id', 'pair'],
            [course_member_id, mapping_id, pair]
        ))
    from members
    union all
    select
        campus_id,
        'attendance_session',
        attendance_id,
        archived_at is not null or is_deleted,
        unnest(listed(
            ['attendance_id', 'mapping_id', 'slot', 'slot'],
            [attendance_id, mapping_id, day_slot || start_time, day_slot]
        ))
    from sessions
)

select
    campus_id,
    record_type,
    identifier.kind,
    identifier.value,
    case
        when count(*) = 1 then min(record_id)
        else min(record_id) filter (where not is_archived)
    end as record_id
from identified
group by campus_id, record_type, identifier.kind, identifier.value
having count(*) = 1 or count(*) filter (where not is_archived) = 1;
