-- One row per meeting, with its story: who sent it, when it appeared, whether it
-- vanished.
create table sessions as
with
announced as (
    select
        announced.*,
        date_trunc('week', announced.meeting_date)::date as week_date,
        case when announced.first_no is not null then announced.pool_no end
            as sent_pool_no,
        chance(announced.draw_key, 'bulk failure', 900)
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

cancelled as (
    select
        *,
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
                and (session_no % 40 = 7 or chance(draw_key, 'cancelled', 600))
                then
                    appeared_no
                    + 1
                    + pick(draw_key, 'cancellation', last_no - appeared_no)
        end as cancelled_no
    from appeared
),

dated as (
    select
        cancelled.*,
        case
            when cancelled.appeared_no >= cancelled.first_no
                then
                    moment(
                        births.started_at,
                        births.spread_ms,
                        draw(cancelled.draw_key, 'create'),
                        births.run_no
                    )
            else cancelled.announced_at
        end as created_at,
        moment(
            ends.started_at,
            ends.spread_ms,
            draw(cancelled.draw_key, 'delete'),
            ends.run_no
        )
            as job_cancelled_at
    from cancelled
    left join runs as births
        on cancelled.lane_no = births.lane_no and cancelled.appeared_no = births.run_no
    left join runs as ends
        on cancelled.lane_no = ends.lane_no and cancelled.cancelled_no = ends.run_no
),

-- A session that is deleted before its start is gone; one deleted afterwards is
-- archived.
ended as (
    select
        *,
        case
            when job_cancelled_at < starts_at then job_cancelled_at
            when cancelled_no is null and chance(draw_key, 'cancelled by hand', 150)
                then created_at + to_minutes(
                    pick(
                        draw_key,
                        'cancelled by hand',
                        greatest(datediff('minute', created_at, starts_at), 1)
                    )
                )
        end as gone_at,
        case
            when cancelled_no is null and chance(draw_key, 'deleted afterwards', 250)
                then
                    ends_at
                    + to_hours((30 + pick(draw_key, 'afterthought', 48))::integer)
        end as deleted_afterwards_at,
        case
            when chance(draw_key, 'prolonged', 500)
                then created_at + to_minutes(
                    pick(
                        draw_key,
                        'prolonged',
                        greatest(datediff('minute', created_at, starts_at), 1)
                    )
                )
        end as prolonged_at
    from dated
)

select
    * exclude (deleted_afterwards_at),
    case when gone_at is null then deleted_afterwards_at end as archived_at,
    printf('A%03d-%06d', campus_no, session_no) as attendance_id,
    case
        when
            not chance(draw_key, 'no mapping id', 3500)
            then 'MTG-' || (500000 + session_no)
    end
        as mapping_id,
    case pick(draw_key, 'time spelling', 4)
        when 0 then printf('%d:%02d', minute_of_day // 60, minute_of_day % 60)
        when 1 then printf('%02d:%02d:00', minute_of_day // 60, minute_of_day % 60)
        else printf('%02d:%02d', minute_of_day // 60, minute_of_day % 60)
    end as start_time
from ended
order by campus_no, session_no;
