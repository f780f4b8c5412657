-- One row per student and session whose minutes are posted: a sample, half as large
-- again as the campus's share of requests needs.
create table postings as
with
ended_sessions as (
    select
        campus_no,
        course_no,
        session_no,
        draw_key,
        ends_at,
        session_minutes
    from sessions
    where
        not is_ghost
        and gone_at is null
        and ends_at >= getvariable('window_start')
        and ends_at < getvariable('window_end')
),

members as (
    select
        campus_no,
        course_no,
        user_no,
        record_no as member_no,
        draw_key
    from member_lives
),

session_counts as (
    select
        campus_no,
        course_no,
        count(*) as session_count
    from ended_sessions
    group by campus_no, course_no
),

-- A posting is sent by the runs of a day and a bit, four or five of them.
rates as (
    select
        members.campus_no,
        10000
        * 1.5
        * any_value(budgets.sends)
        / 4
        / sum(session_counts.session_count) as per_ten_thousand
    from members
    inner join session_counts
        on
            members.campus_no = session_counts.campus_no
            and members.course_no = session_counts.course_no
    inner join
        budgets
        on members.campus_no = budgets.campus_no and budgets.stream = 'posting'
    group by members.campus_no
),

sampled as (
    select
        ended_sessions.campus_no,
        ended_sessions.session_no,
        ended_sessions.ends_at,
        ended_sessions.session_minutes,
        members.user_no,
        members.member_no,
        xor(ended_sessions.draw_key, members.draw_key) as draw_key,
        rates.per_ten_thousand
    from ended_sessions
    inner join members
        on
            ended_sessions.campus_no = members.campus_no
            and ended_sessions.course_no = members.course_no
    inner join rates on ended_sessions.campus_no = rates.campus_no
),

attended as (
    select
        *,
        campus_no * 100 + 50 as lane_no,
        failing_sends(draw(draw_key, 'post')) >= 1000000 as is_hopeless
    from sampled
    where chance(draw_key, 'attended', per_ten_thousand)
),

-- The job gives up on a posting that never succeeds after three days.
windowed as (
    select
        *,
        ends_at + to_hours(case when is_hopeless then 74 else 28 end) as given_up_at
    from attended
),

first_runs as (
    select
        windowed.*,
        runs.run_no as first_no
    from windowed
    asof inner join runs
        on windowed.lane_no = runs.lane_no and windowed.ends_at <= runs.started_at
),

final as (
    select
        first_runs.*,
        runs.run_no as last_no,
        case
            when
                runs.run_no > first_runs.first_no
                and chance(first_runs.draw_key, 'corrected', 700)
                then
                    first_runs.first_no
                    + 1
                    + pick(
                        first_runs.draw_key,
                        'correction',
                        runs.run_no - first_runs.first_no
                    )
        end as corrected_no
    from first_runs
    asof inner join runs
        on
            first_runs.lane_no = runs.lane_no
            and first_runs.given_up_at > runs.started_at
)

select
    campus_no,
    lane_no,
    (row_number() over (partition by campus_no order by session_no, member_no))::integer
        as posting_no,
    session_no,
    user_no,
    session_minutes,
    draw_key,
    first_no,
    last_no,
    corrected_no,
    case pick(draw_key, 'presence', 10)
        when 0 then 0
        when 1 then session_minutes // 2
        when 2 then greatest(session_minutes - 5 * pick(draw_key, 'lateness', 9), 0)
        else session_minutes
    end as attended_minutes
from final
where first_no <= last_no
order by campus_no, posting_no;
