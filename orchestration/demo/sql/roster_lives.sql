-- How many courses and students a campus needs to fill its nights.
create table campus_sizes as
with
wanted as (
    select
        budgets.campus_no,
        budgets.stream,
        budgets.sends / lanes.run_count as sends_per_run
    from budgets
    inner join lanes
        on
            budgets.campus_no = lanes.campus_no
            and budgets.job_no = lanes.job_no
            and lanes.tier = 0
),

final as (
    select
        campuses.campus_no,
        greatest(
            6,
            ceil(
                max(wanted.sends_per_run) filter (where wanted.stream = 'course') / 0.7
            )
        )::integer as course_count,
        greatest(
            12,
            ceil(
                max(wanted.sends_per_run) filter (where wanted.stream = 'user') / 0.62
            )
        )::integer as student_count
    from campuses
    left join wanted on campuses.campus_no = wanted.campus_no
    group by campuses.campus_no
)

select * from final
order by campus_no;

create temp table course_seeds as
select
    campus_no,
    unnest(range(1, course_count + 1))::integer as record_no,
    entity_key(campus_no, record_no, 'course') as draw_key,
    1 as job_no,
    null::timestamp as earliest_at,
    false as is_barred
from campus_sizes;

create temp table course_stories as from lived('course_seeds');

create table course_lives as
from dated('course_stories')
order by campus_no, record_no;

create temp table user_seeds as
select
    campus_no,
    unnest(range(1, student_count + 1))::integer as record_no,
    entity_key(campus_no, record_no, 'user') as draw_key,
    2 as job_no,
    null::timestamp as earliest_at,
    false as is_barred
from campus_sizes;

create temp table user_stories as from lived('user_seeds');

create table user_lives as
from dated('user_stories')
order by campus_no, record_no;
