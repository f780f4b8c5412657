-- One row per meeting, with its instants: when it appeared, vanished or was archived.
create table sessions as
with
dated as (
    select
        stories.*,
        case
            when stories.appeared_no >= stories.first_no
                then
                    moment(
                        births.started_at,
                        births.spread_ms,
                        draw(stories.draw_key, 'create'),
                        births.run_no
                    )
            else stories.announced_at
        end as created_at,
        moment(
            ends.started_at,
            ends.spread_ms,
            draw(stories.draw_key, 'delete'),
            ends.run_no
        )
            as job_cancelled_at
    from session_stories as stories
    left join runs as births
        on stories.lane_no = births.lane_no and stories.appeared_no = births.run_no
    left join runs as ends
        on stories.lane_no = ends.lane_no and stories.cancelled_no = ends.run_no
),

seen as (
    select
        *,
        list_max(
            list_filter(
                getvariable('snapshot_times')[:-2],
                lambda taken_at: taken_at >= created_at and taken_at < starts_at
            )
        ) as last_seen_at
    from dated
),

-- A session that is deleted before its start is gone; one deleted afterwards is
-- archived.
ended as (
    select
        *,
        case
            when job_cancelled_at < starts_at then job_cancelled_at
            -- Some are deleted by hand just after a snapshot showed them.
            when
                cancelled_no is null
                and session_no % 30 = 3
                and last_seen_at is not null
                then last_seen_at + (starts_at - last_seen_at) / 2
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
    from seen
)

select
    * exclude (deleted_afterwards_at, last_seen_at),
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
