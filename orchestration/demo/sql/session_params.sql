-- One row per session with the JSON that names it, for single requests and for bulk
-- elements.
create table named_sessions as
select
    sessions.campus_no,
    sessions.course_no,
    sessions.session_no,
    sessions.group_no,
    sessions.draw_key,
    sessions.is_ghost,
    sessions.is_bulk_failure,
    sessions.failing_count,
    sessions.attendance_id,
    sessions.mapping_id,
    field('startDate', sessions.meeting_date, true) as start_date_field,
    field('startTime', sessions.start_time, true) as start_time_field,
    concat_ws(
        ',',
        field(
            'endTime',
            printf(
                '%02d:%02d',
                (sessions.minute_of_day + sessions.session_minutes) // 60,
                (sessions.minute_of_day + sessions.session_minutes) % 60
            ),
            true
        ),
        field('location', {'room': 'R' || pick(sessions.draw_key, 'room', 40)}, true)
    ) as extra_fields,
    course_reference(
        sessions.draw_key,
        'courseName',
        'courseMappingID',
        courses.course_id,
        courses.mapping_id,
        courses.add_code,
        courses.course_name
    ) as course_fields
from sessions
inner join courses
    on
        sessions.campus_no = courses.campus_no
        and sessions.course_no = courses.course_no;

insert into item_params
select
    plan.stream,
    plan.campus_no,
    plan.record_no,
    plan.operation,
    plan.version,
    case
        when plan.operation = 'delete'
            then case pick(plan.item_key, 'session by', 4)
                when 0 then concat_ws(
                    ',',
                    named.course_fields,
                    named.start_date_field,
                    named.start_time_field
                )
                when 1 then concat_ws(
                    ',',
                    field('mappingID', named.mapping_id, true),
                    named.course_fields,
                    named.start_date_field
                )
                else field('attendanceID', named.attendance_id, true)
            end
        else concat_ws(
            ',',
            field(
                'mappingID',
                named.mapping_id,
                chance(plan.item_key, 'by mapping id', 3500)
            ),
            named.course_fields,
            named.start_date_field,
            case
                when
                    not chance(plan.item_key, 'no time', 400)
                    then named.start_time_field
            end,
            case when chance(plan.item_key, 'extras', 4000) then named.extra_fields end
        )
    end as members
from plan
inner join named_sessions as named
    on plan.campus_no = named.campus_no and plan.record_no = named.session_no
where plan.stream = 'session';
