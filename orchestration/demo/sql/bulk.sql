-- One row per week and pool of courses whose sessions travel together in one request.
create table bulk_groups as
with
announced as (
    select
        campus_no,
        lane_no,
        pool_no,
        date_trunc('week', meeting_date)::date as week_date,
        session_no,
        course_no,
        first_no,
        last_no
    from announced
    where is_bulk and first_no is not null
),

grouped as (
    select
        campus_no,
        lane_no,
        pool_no,
        week_date,
        min(session_no) as group_no,
        count(*) as session_count,
        max(first_no) as first_no,
        min(last_no) as last_possible_no
    from announced
    group by campus_no, lane_no, pool_no, week_date
),

keyed as (
    select
        *,
        entity_key(campus_no, group_no, 'bulk') as draw_key,
        row_number() over (partition by campus_no order by group_no) as group_rank
    from grouped
    where first_no <= last_possible_no
),

sent as (
    select
        *,
        least(last_possible_no, first_no + 2 + pick(draw_key, 'bulk sends', 6))
            as last_send_no
    from keyed
)

-- A cancelled week is deleted again, before it begins: its sessions vanish.
select
    *,
    case
        when
            last_possible_no > first_no
            and (group_rank = 2 or chance(draw_key, 'week cancelled', 1200))
            then
                least(last_possible_no, last_send_no + 1)
    end as cancelled_no
from sent
order by campus_no, group_no;
