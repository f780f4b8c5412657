-- What the platform's tables held at the time taken_at: rows that had appeared and were
-- not gone, in the version of that time.
create macro latest_of(moments, taken_at) as list_max(
    list_filter(moments, lambda changed_at: changed_at <= taken_at)
);

create macro courses_at(taken_at) as table
select
    course_id,
    campus_id,
    mapping_id,
    add_code,
    course_name as name,
    case when changed_at <= taken_at then title_2 else title end as title,
    iso_text(starts_at) as starts_at,
    iso_text(ends_at) as ends_at,
    instructor_name,
    attendance_name,
    meeting_day_names as meeting_days,
    iso_text(created_at) as created_at,
    iso_text(
        latest_of([created_at, changed_before_at, changed_at, archived_at], taken_at)
    ) as updated_at,
    case when archived_at <= taken_at then iso_text(archived_at) end as archived_at
from courses
where is_listed and not is_ghost and created_at <= taken_at
order by campus_id, course_id;

-- A student's use of the app is activity, and moves updated_at.
create macro users_at(taken_at, hours_between) as table
with
active as (
    select
        *,
        case
            when
                user_type = 'student'
                and chance(draw_key, 'uses the app', 7000)
                and created_at < taken_at - to_hours(hours_between::integer)
                and (archived_at is null or archived_at > taken_at)
                then date_trunc(
                    'second',
                    taken_at - to_minutes(
                        pick(
                            concat(draw_key, '-', epoch(taken_at)::bigint),
                            'activity',
                            hours_between * 60
                        )
                    )
                )
        end as last_activity_at
    from users
    where is_listed and not is_ghost and created_at <= taken_at
)

select
    user_id,
    campus_id,
    mapping_id,
    issued_id,
    case when changed_at <= taken_at then email_2 else typed_email end as email,
    first_name,
    case when changed_at <= taken_at then last_name_2 else last_name end as last_name,
    user_type,
    iso_text(last_activity_at) as last_activity_at,
    iso_text(created_at) as created_at,
    iso_text(
        latest_of(
            [created_at, changed_before_at, changed_at, archived_at, last_activity_at],
            taken_at
        )
    ) as updated_at,
    case when archived_at <= taken_at then iso_text(archived_at) end as archived_at
from active
order by campus_id, user_id;

create macro course_members_at(taken_at) as table
select
    printf('%s-M%07d', campuses.campus_id, lives.record_no) as course_member_id,
    campuses.campus_id,
    case
        when
            chance(lives.draw_key, 'mapping id', 7000)
            then 'ENR-' || (3000000 + lives.record_no)
    end as mapping_id,
    printf('%s-K%05d', campuses.campus_id, lives.course_no) as course_id,
    printf('%s-U%06d', campuses.campus_id, lives.user_no) as user_id,
    iso_text(lives.created_at) as created_at,
    iso_text(
        latest_of(
            [
                lives.created_at,
                lives.changed_before_at,
                lives.changed_at,
                lives.archived_at
            ],
            taken_at
        )
    ) as updated_at,
    case when lives.archived_at <= taken_at then iso_text(lives.archived_at) end
        as archived_at
from member_lives as lives
inner join campuses on lives.campus_no = campuses.campus_no
where campuses.is_listed and not lives.is_ghost and lives.created_at <= taken_at
order by campuses.campus_id, course_member_id;

create macro attendance_sessions_at(taken_at) as table
select
    sessions.attendance_id,
    campuses.campus_id,
    sessions.mapping_id,
    printf('%s-K%05d', campuses.campus_id, sessions.course_no) as course_id,
    iso_text(sessions.starts_at) as starts_at,
    iso_text(
        case
            when
                sessions.prolonged_at <= taken_at
                then sessions.ends_at + interval 30 minutes
            else sessions.ends_at
        end
    ) as ends_at,
    iso_text(sessions.created_at) as created_at,
    iso_text(
        latest_of(
            [sessions.created_at, sessions.prolonged_at, sessions.archived_at], taken_at
        )
    ) as updated_at,
    case
        when sessions.archived_at <= taken_at then iso_text(sessions.archived_at)
    end as archived_at
from sessions
inner join campuses on sessions.campus_no = campuses.campus_no
where
    campuses.is_listed
    and not sessions.is_ghost
    and sessions.created_at <= taken_at
    and (sessions.gone_at is null or sessions.gone_at > taken_at)
order by campuses.campus_id, sessions.attendance_id;
