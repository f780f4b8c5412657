-- The instants of a life. A change that fails for some runs reaches the roster late, or
-- never.
create macro dated(lives) as table
with
lives as (
    select
        *,
        changed_no + failing_sends(draw(draw_key, 'update 2')) as roster_change_no,
        getvariable('window_start')
        - to_hours((24 + pick(draw_key, 'age', 9600))::integer) as old_created_at
    from query_table(lives)
)

select
    lives.* exclude (roster_change_no, old_created_at),
    case
        when lives.born_no = 0 then lives.old_created_at
        else
            moment(
                births.started_at,
                births.spread_ms,
                draw(lives.draw_key, 'create'),
                births.run_no
            )
    end as created_at,
    case
        when lives.born_no = 0 and chance(lives.draw_key, 'changed before', 5000)
            then
                lives.old_created_at
                + to_minutes(
                    pick(
                        lives.draw_key,
                        'change before',
                        datediff(
                            'minute',
                            lives.old_created_at,
                            getvariable('window_start')
                        )
                    )
                )
    end as changed_before_at,
    moment(
        changes.started_at,
        changes.spread_ms,
        draw(lives.draw_key, 'update 2'),
        changes.run_no
    )
        as changed_at,
    moment(ends.started_at, ends.spread_ms, draw(lives.draw_key, 'delete'), ends.run_no)
        as archived_at
from lives
left join runs as births
    on lives.lane_no = births.lane_no and lives.appeared_no = births.run_no
left join runs as changes
    on lives.lane_no = changes.lane_no and lives.roster_change_no = changes.run_no
left join runs as ends
    on lives.lane_no = ends.lane_no and lives.archived_no = ends.run_no;

-- One row per item: an operation on one version of a record, and the runs that send it.
create macro items_of_lives(lives, stream, record_type) as table
with
lives as (
    select
        campus_no,
        record_no,
        draw_key,
        lane_no,
        run_count,
        born_no,
        appeared_no,
        changed_no,
        archived_no
    from query_table(lives)
),

items as (
    select
        *,
        unnest([
            {
                'operation': 'create',
                'version': 0,
                'first_no': case when born_no > 0 then born_no end,
                'last_no': least(appeared_no, run_count),
            },
            {
                'operation': 'update',
                'version': 1,
                'first_no': appeared_no + 1,
                'last_no': coalesce(changed_no - 1, archived_no - 1, run_count),
            },
            {
                'operation': 'update',
                'version': 2,
                'first_no': changed_no,
                'last_no': coalesce(archived_no - 1, run_count),
            },
            {
                'operation': 'delete',
                'version': 3,
                'first_no': archived_no,
                'last_no': least(
                    archived_no + pick(draw_key, 'goodbyes', 3), run_count
                ),
            }
        ]) as item
    from lives
)

select
    stream as stream,
    record_type as record_type,
    campus_no,
    lane_no,
    record_no,
    item.operation,
    item.version,
    item.first_no,
    item.last_no,
    case item.version
        when 0 then draw(draw_key, 'create')
        when 1 then draw(draw_key, 'update 1')
        when 2 then draw(draw_key, 'update 2')
        else draw(draw_key, 'delete')
    end as item_key
from items
where item.first_no <= item.last_no;
