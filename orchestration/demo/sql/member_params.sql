insert into item_params
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
where plan.stream = 'member';
