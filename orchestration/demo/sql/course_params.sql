-- One row per item of a course, with the params it sends.
create table item_params as
select
    plan.stream,
    plan.campus_no,
    plan.record_no,
    plan.operation,
    plan.version,
    concat_ws(
        ',',
        case
            -- A ghost's requests name it in turn by one identifier, two, and another
            -- one: only the chain through all three tells that they are one record.
            when courses.is_ghost
                then concat_ws(
                    ',',
                    field('mappingID', courses.mapping_id, plan.version in (0, 1, 3)),
                    field('addCode', courses.add_code, plan.version in (1, 2)),
                    field('name', courses.course_name, plan.version = 1)
                )
            when not chance(plan.item_key, 'no identifier', 40)
                then course_reference(
                    plan.item_key,
                    'name',
                    'mappingID',
                    courses.course_id,
                    courses.mapping_id,
                    courses.add_code,
                    courses.course_name
                )
        end,
        case
            when plan.operation <> 'delete'
                then concat_ws(
                    ',',
                    field(
                        'title',
                        case
                            when plan.version = 2 then courses.title_2
                            else courses.title
                        end,
                        true
                    ),
                    field('instructorName', courses.instructor_name, true),
                    field('startDate', courses.start_date, true),
                    field('endDate', courses.end_date, true),
                    field(
                        'meetingDays',
                        string_split(courses.meeting_day_names, ';'),
                        chance(plan.item_key, 'sends days', 6000)
                    ),
                    field(
                        'settings',
                        {
                            'attendance':
                            {'graceMinutes': 10, 'display': courses.attendance_name},
                            'isHybrid': chance(courses.draw_key, 'hybrid', 2000)
                        },
                        chance(plan.item_key, 'sends settings', 2500)
                    )
                )
        end
    ) as members
from plan
inner join courses
    on plan.campus_no = courses.campus_no and plan.record_no = courses.course_no
where plan.stream = 'course';
