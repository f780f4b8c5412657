-- One row per item that is sent. Each stream takes its items in turns of operations
-- until its budget is spent, and the last item is cut short, so that the number of
-- requests is exact.
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
            order by version = spare_version(), record_no > 3, item_key, record_no, version
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
