-- One row per item that is sent. Each stream takes its items in turns of operations until its
-- budget is spent, and the last item is cut short, so that the number of requests is exact.
create table plan as
with
vendor_items as (
    select
        'vendor' as stream,
        'user' as record_type,
        lives.campus_no,
        lanes.lane_no,
        lives.record_no,
        'update' as operation,
        9 as version,
        1 as first_no,
        lanes.run_count as last_no,
        draw(lives.draw_key, 'connector') as item_key
    from user_lives as lives
    inner join lanes
        on lives.campus_no = lanes.campus_no and lanes.job_no = 6 and lanes.tier = 0
    where lives.is_ghost = false and lives.born_no = 0
),

candidates as (
    from items_of_lives('course_lives', 'course', 'course')

    union all

    from items_of_lives('user_lives', 'user', 'user')

    union all

    from items_of_lives('member_lives', 'member', 'course_member')

    union all

    from session_items

    union all

    from bulk_items

    union all

    from posting_items

    union all

    from vendor_items
),

ranked as (
    select
        *,
        last_no - first_no + 1 as sends,
        row_number() over (
            partition by campus_no, stream, operation
            order by record_no > 3, item_key, record_no, version
        ) as turn
    from candidates
),

summed as (
    select
        *,
        sum(sends) over (
            partition by campus_no, stream
            order by turn, operation
            rows unbounded preceding
        ) - sends as sends_before
    from ranked
)

select
    summed.stream,
    summed.record_type,
    summed.campus_no,
    summed.lane_no,
    summed.record_no,
    summed.operation,
    summed.version,
    summed.item_key,
    summed.first_no,
    (
        summed.first_no + least(summed.sends, budgets.sends - summed.sends_before) - 1
    )::integer as last_no
from summed
inner join budgets
    on summed.campus_no = budgets.campus_no and summed.stream = budgets.stream
where summed.sends_before < budgets.sends;

-- What the streams leave over goes to the staff directory, which the user job sends whole,
-- night by night: as many people as fill the gap.
create table staff as
with
planned as (
    select
        campus_no,
        sum(last_no - first_no + 1) as sends
    from plan
    group by campus_no
),

gaps as (
    select
        campus_shares.campus_no,
        lanes.lane_no,
        lanes.run_count,
        campus_sizes.student_count,
        campus_shares.sends - coalesce(planned.sends, 0) as sends
    from campus_shares
    inner join campus_sizes on campus_shares.campus_no = campus_sizes.campus_no
    inner join lanes
        on campus_shares.campus_no = lanes.campus_no and lanes.job_no = 2 and lanes.tier = 0
    left join planned on campus_shares.campus_no = planned.campus_no
),

hired as (
    select
        *,
        unnest(range((sends / run_count)::bigint + 2)) as staff_no
    from gaps
)

select
    campus_no,
    lane_no,
    (student_count + 1 + staff_no)::integer as record_no,
    least(run_count, sends - staff_no * run_count)::integer as sends,
    entity_key(campus_no, student_count + 1 + staff_no, 'user') as draw_key
from hired
where staff_no * run_count < sends
order by campus_no, record_no;

insert into plan
select
    'user' as stream,
    'user' as record_type,
    campus_no,
    lane_no,
    record_no,
    'update' as operation,
    1 as version,
    draw(draw_key, 'update 1') as item_key,
    1 as first_no,
    sends as last_no
from staff;
