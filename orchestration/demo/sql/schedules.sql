-- One row per job of a campus. The nightly jobs start between 02:00 and 04:30 campus
-- time, one after another; the hours of the others are those of a school day.
create table schedules as
with
job_kinds as (
    select
        job_no,
        job,
        minute_offset
    from (
        values
        (1, 'createCourses', 0),
        (2, 'syncUsers', 20),
        (3, 'syncEnrollments', 55),
        (4, 'syncSessions', 100),
        (5, 'postAttendances', 25),
        (6, 'rosterConnector', 0),
        (7, 'legacyRosterExport', 0)
    ) as listed (job_no, job, minute_offset)
),

placed as (
    select
        campuses.campus_no,
        campuses.campus_id,
        campuses.time_zone,
        job_kinds.job_no,
        job_kinds.job,
        campuses.campus_id || '-' || job_kinds.job as job_id,
        120
        + 15 * pick(campuses.draw_key, 'night', 4)
        + job_kinds.minute_offset as night_minute,
        case job_kinds.job_no
            when 1 then campuses.campus_no % 4 = 3
            when 4 then campuses.campus_no % 3 <> 1
            when 5 then campuses.campus_no % 5 = 0
            else job_kinds.job_no = 6
        end as is_weekdays_only
    from campuses
    cross join job_kinds
)

select
    campus_no,
    campus_id,
    time_zone,
    job_no,
    job,
    job_id,
    is_weekdays_only,
    job_no <> 7 as is_enabled,
    case job_no
        when 5 then 25
        when 6 then 0
        else night_minute % 60
    end as minute_of_hour,
    case
        when job_no = 4 and campus_no % 3 = 2 then [night_minute // 60, 13]
        when job_no = 5 and campus_no % 2 = 0 then [6, 18, 22]
        when job_no = 5 then [9, 13, 17, 21]
        when job_no = 6 then [12]
        else [night_minute // 60]
    end as hours
from placed;
