-- One row per student and session whose minutes are posted: everybody who was enrolled
-- when the session ended, as long as the campus's share of requests suffices.
create table postings as
with
expected as (
    select
        sessions.campus_no,
        sessions.session_no,
        sessions.draw_key as session_key,
        sessions.ends_at,
        sessions.session_minutes,
        members.user_no,
        members.record_no as member_no,
        xor(sessions.draw_key, members.draw_key) as draw_key
    from sessions
    inner join member_lives as members
        on
            sessions.campus_no = members.campus_no
            and sessions.course_no = members.course_no
            and sessions.ends_at > members.created_at
    where
        not sessions.is_ghost
        and not members.is_ghost
        and sessions.gone_at is null
        and sessions.ends_at >= getvariable('window_start')
        and sessions.ends_at < getvariable('window_end')
),

-- With its failures and corrections a posting is sent three times for two students.
rates as (
    select
        expected.campus_no,
        10000 * any_value(budgets.sends) / 1.5 / count(*) as per_ten_thousand
    from expected
    inner join budgets
        on expected.campus_no = budgets.campus_no and budgets.stream = 'posting'
    group by expected.campus_no
),

-- What does not fit are whole sessions; a student in a thousand is forgotten.
attended as (
    select
        expected.*,
        expected.campus_no * 100 + 50 as lane_no,
        draw(expected.draw_key, 'post') as item_key,
        failing_sends(item_key) as failing_count,
        failing_count >= 1000000 as is_hopeless
    from expected
    inner join rates on expected.campus_no = rates.campus_no
    where
        chance(expected.session_key, 'attended', rates.per_ten_thousand)
        and not chance(expected.draw_key, 'forgotten', 10)
),

-- Some give up on a posting that never succeeds after a day, some after three.
windowed as (
    select
        *,
        ends_at + to_hours(
            case
                when is_hopeless and chance(draw_key, 'stubborn', 3000) then 74
                else 28
            end
        ) as given_up_at
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

bounded as (
    select
        first_runs.*,
        -- Over a weekend without runs the first one may come later than that.
        greatest(runs.run_no, first_runs.first_no) as last_no,
        least(first_runs.first_no + first_runs.failing_count, last_no) as accepted_no
    from first_runs
    asof inner join runs
        on
            first_runs.lane_no = runs.lane_no
            and first_runs.given_up_at > runs.started_at
),

drawn as (
    select
        bounded.*,
        runs.is_outage,
        attempt_key(bounded.item_key, bounded.accepted_no) as sent_key
    from bounded
    inner join runs
        on bounded.lane_no = runs.lane_no and bounded.accepted_no = runs.run_no
),

-- A posting is sent until it is accepted: once more where there was no answer.
answered as (
    select
        *,
        luck(sent_key) as luck,
        least(
            accepted_no + (is_outage or is_unanswered(luck))::integer, last_no
        ) as sent_no
    from drawn
),

final as (
    select
        *,
        case
            when sent_no < last_no and chance(draw_key, 'corrected', 700)
                then sent_no + 1 + pick(draw_key, 'correction', last_no - sent_no)
        end as corrected_no
    from answered
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
    item_key,
    failing_count,
    first_no,
    sent_no,
    last_no,
    corrected_no,
    case pick(draw_key, 'presence', 10)
        when 0 then 0
        when 1 then session_minutes // 2
        when 2 then greatest(session_minutes - 5 * pick(draw_key, 'lateness', 9), 0)
        else session_minutes
    end as attended_minutes
from final
order by campus_no, posting_no;
