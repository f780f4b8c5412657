-- One row per item of a course, user or member, with the params it sends.
create table item_params as
with
course_params as (
    select
        plan.stream,
        plan.campus_no,
        plan.record_no,
        plan.operation,
        plan.version,
        concat_ws(
            ',',
            case
                -- A ghost's requests name it in turn by one identifier, two, and another one:
                -- only the chain through all three tells that they are one record.
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
    where plan.stream = 'course'
),

user_params as (
    select
        plan.stream,
        plan.campus_no,
        plan.record_no,
        plan.operation,
        plan.version,
        concat_ws(
            ',',
            case
                when users.is_ghost
                    then concat_ws(
                        ',',
                        field('mappingID', users.mapping_id, plan.version in (0, 1, 3)),
                        field('email', respelled(users.email, plan.item_key), plan.version <> 0)
                    )
                when not chance(plan.item_key, 'no identifier', 60)
                    then user_reference(
                        plan.item_key,
                        'userID',
                        'mappingID',
                        users.user_id,
                        users.mapping_id,
                        users.issued_id,
                        case when plan.version = 2 then users.email_2 else users.email end
                    )
            end,
            case
                when plan.operation <> 'delete'
                    then concat_ws(
                        ',',
                        field('firstName', users.first_name, true),
                        field(
                            'lastName',
                            case
                                when plan.version = 2 then users.last_name_2
                                else users.last_name
                            end,
                            true
                        ),
                        field('userType', users.user_type, plan.version <> 9),
                        field(
                            'program',
                            {
                                'code': 'P' || pick(users.draw_key, 'program', 40),
                                'cohort': {'year': 2026, 'isEvening': users.user_no % 3 = 0}
                            },
                            chance(plan.item_key, 'sends program', 2500)
                        ),
                        field('vendorNotes', 'matched by rule 4', plan.stream = 'vendor')
                    )
            end
        ) as members
    from plan
    inner join users on plan.campus_no = users.campus_no and plan.record_no = users.user_no
    where plan.record_type = 'user'
),

member_params as (
    select
        plan.stream,
        plan.campus_no,
        plan.record_no,
        plan.operation,
        plan.version,
        concat_ws(
            ',',
            field(
                'courseMemberID',
                printf('%s-M%07d', courses.campus_id, lives.record_no),
                not lives.is_ghost
                and plan.operation <> 'create'
                and chance(plan.item_key, 'by member id', 1200)
            ),
            field(
                'mappingID',
                'ENR-' || (3000000 + lives.record_no),
                chance(lives.draw_key, 'mapping id', 7000)
                and chance(plan.item_key, 'by mapping id', 3500)
            ),
            user_reference(
                plan.item_key,
                'userID',
                'userMappingID',
                users.user_id,
                users.mapping_id,
                users.issued_id,
                users.email
            ),
            course_reference(
                plan.item_key,
                'courseName',
                'courseMappingID',
                courses.course_id,
                courses.mapping_id,
                courses.add_code,
                courses.course_name
            ),
            field('role', 'student', plan.operation <> 'delete'),
            field('isAuditing', true, plan.version = 2)
        ) as members
    from plan
    inner join member_lives as lives
        on plan.campus_no = lives.campus_no and plan.record_no = lives.record_no
    inner join users on lives.campus_no = users.campus_no and lives.user_no = users.user_no
    inner join courses
        on lives.campus_no = courses.campus_no and lives.course_no = courses.course_no
    where plan.stream = 'member'
)

from course_params

union all

from user_params

union all

from member_params;
