create macro campuses_listed() as table
select
    campus_id,
    campus_name as name,
    organization_name,
    time_zone,
    check_in_opens_min,
    check_in_closes_min,
    check_out_opens_min,
    check_out_closes_min
from campuses
where is_listed
order by campus_id;

create macro campus_admins_listed() as table
select
    campus_id,
    unnest([
        'registrar.' || mail_place || campus_no || '@harborlight.example',
        'Integrations@harborlight.example'
    ]) as email
from campuses
where is_listed
order by campus_id, email;

create macro integration_jobs_listed() as table
with
texts as (
    select
        job_no,
        description,
        record_types,
        vendor
    from (
        values
        (1, 'Creates and updates courses from the SIS', 'course', null),
        (2, 'Creates and updates user accounts from the SIS', 'user', null),
        (3, 'Enrolls and withdraws students', 'course_member', null),
        (4, 'Creates and deletes attendance sessions', 'attendance_session', null),
        (5, 'Posts attended minutes to the SIS', 'attendance_posting', null),
        (
            6,
            'Roster updates by a third party',
            'user;course_member',
            'Bridgewell Connectors'
        ),
        (7, 'Roster export of the former SIS', 'course;user', null)
    ) as listed (job_no, description, record_types, vendor)
)

select
    schedules.job_id,
    schedules.campus_id,
    schedules.job,
    texts.description,
    case when schedules.job_no = 5 then 'Attendance Platform' else 'Meridian SIS' end
        as source_system,
    case when schedules.job_no = 5 then 'Meridian SIS' else 'Attendance Platform' end
        as destination_system,
    case when texts.vendor is null then 'managed' else 'third_party' end
        as integration_type,
    texts.vendor,
    texts.record_types,
    case when schedules.job_no = 5 then 'out' else 'in' end as direction,
    schedules.minute_of_hour || ' ' || array_to_string(schedules.hours, ',') || ' * * '
    || case when schedules.is_weekdays_only then '1-5' else '*' end as schedule_cron,
    case
        when schedules.is_weekdays_only then 'Weekdays at '
        when len(schedules.hours) > 1 then 'Daily at '
        else 'Nightly at '
    end || array_to_string(
        list_transform(
            schedules.hours,
            lambda hour_of_day: printf('%d:%02d', hour_of_day, schedules.minute_of_hour)
        ),
        ', '
    ) as frequency,
    schedules.is_enabled
from schedules
inner join campuses on schedules.campus_no = campuses.campus_no
inner join texts on schedules.job_no = texts.job_no
where campuses.is_listed
order by schedules.job_id;
