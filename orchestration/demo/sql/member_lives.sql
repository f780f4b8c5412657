-- One row per student and course: one to three courses each, of which the first two
-- students share one.
create table enrolled as
with
wishes as (
    select
        users.campus_no,
        users.record_no as user_no,
        unnest(
            range(
                1,
                2
                + pick(users.draw_key, 'courses', 2)
                + chance(users.draw_key, 'third', 2000)::integer
            )
        ) as wish_no,
        users.draw_key,
        campus_sizes.course_count
    from user_lives as users
    inner join campus_sizes on users.campus_no = campus_sizes.campus_no
),

chosen as (
    select distinct
        campus_no,
        user_no,
        case
            when wish_no = 1 and user_no <= 2 then 2
            else
                1
                + pick(concat(draw_key, '-', wish_no), 'course choice', course_count)
        end as course_no
    from wishes
)

select
    *,
    (row_number() over (partition by campus_no order by user_no, course_no))::integer
        as record_no
from chosen;

create temp table member_seeds as
select
    enrolled.campus_no,
    enrolled.record_no,
    entity_key(enrolled.campus_no, enrolled.record_no, 'member') as draw_key,
    3 as job_no,
    nullif(
        greatest(
            coalesce(users.created_at, timestamp '1970-01-01'),
            coalesce(courses.created_at, timestamp '1970-01-01')
        ),
        timestamp '1970-01-01'
    ) as earliest_at,
    users.is_ghost or courses.is_ghost as is_barred
from enrolled
inner join user_lives as users
    on enrolled.campus_no = users.campus_no and enrolled.user_no = users.record_no
inner join course_lives as courses
    on
        enrolled.campus_no = courses.campus_no
        and enrolled.course_no = courses.record_no;

create temp table member_stories as from lived('member_seeds');

create table member_lives as
select
    lives.*,
    enrolled.user_no,
    enrolled.course_no
from dated('member_stories') as lives
inner join enrolled
    on lives.campus_no = enrolled.campus_no and lives.record_no = enrolled.record_no
order by lives.campus_no, lives.record_no;
