-- One row per meeting, in runs of the session job: when it was sent, when it appeared,
-- and when it was cancelled.
create table session_stories as
with
announced as (
    select
        announced.*,
        date_trunc('week', announced.meeting_date)::date as week_date,
        case when announced.first_no is not null then announced.pool_no end
            as sent_pool_no,
        chance(announced.draw_key, 'bulk failure', 1500)
        and announced.is_bulk as is_bulk_failure
    from announced
),

grouped as (
    select
        announced.* exclude (first_no, last_no),
        bulk_groups.group_no,
        bulk_groups.cancelled_no as group_cancelled_no,
        coalesce(bulk_groups.first_no, announced.first_no) as first_no,
        coalesce(bulk_groups.last_send_no, announced.last_no) as last_no,
        case
            when
                bulk_groups.group_no is null
                then failing_sends(draw(announced.draw_key, 'create'))
            when not announced.is_bulk_failure then 0
            when chance(announced.draw_key, 'bulk failure stays', 5000) then 1000000
            else 1
        end as failing_count
    from announced
    left join bulk_groups
        on
            announced.campus_no = bulk_groups.campus_no
            and announced.sent_pool_no = bulk_groups.pool_no
            and announced.week_date = bulk_groups.week_date
),

-- Old sessions stand in the roster already: the job sends them for another few nights.
appeared as (
    select
        *,
        case when is_old then first_no - 1 else first_no + failing_count end
            as appeared_no
    from grouped
),

ranked as (
    select
        *,
        row_number() over (
            partition by campus_no, group_no is null and appeared_no < last_no
            order by session_no
        ) as cancellation_rank
    from appeared
),

cancelled as (
    select
        * exclude (cancellation_rank),
        is_of_ghost or coalesce(appeared_no > last_no, false) as is_ghost,
        case
            when group_no is not null then
                case
                    when
                        not (is_bulk_failure and failing_count = 1)
                        then group_cancelled_no
                end
            when
                appeared_no < last_no
                and (cancellation_rank = 2 or chance(draw_key, 'cancelled', 600))
                then
                    appeared_no
                    + 1
                    + pick(draw_key, 'cancellation', last_no - appeared_no)
        end as cancelled_no
    from ranked
)

select * from cancelled;
