create table lanes as
select
    lane_no,
    campus_no,
    job_no,
    lane_no % 10 as tier,
    max(run_no) as run_count,
    max(started_at) as last_started_at
from runs
group by lane_no, campus_no, job_no
order by lane_no;
