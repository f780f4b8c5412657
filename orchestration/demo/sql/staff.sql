-- What the streams leave over goes to the staff directory, which the user job sends
-- whole, night by night: as many people as fill the gap.
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
        on
            campus_shares.campus_no = lanes.campus_no
            and lanes.job_no = 2
            and lanes.tier = 0
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
