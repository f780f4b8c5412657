create table session_items as
with
sessions as (
    select
        campus_no,
        session_no,
        lane_no,
        draw_key,
        group_no,
        first_no,
        last_no,
        cancelled_no,
        gone_at,
        archived_at
    from sessions
),

sent_singly as (
    select
        *,
        unnest([
            {
                'operation': 'create',
                'version': 0,
                'first_no': first_no,
                'last_no': coalesce(cancelled_no - 1, last_no),
            },
            {
                'operation': 'delete',
                'version': 3,
                'first_no': cancelled_no,
                'last_no': least(cancelled_no + pick(draw_key, 'goodbyes', 2), last_no),
            }
        ]) as item
    from sessions
    where group_no is null and first_no is not null
),

-- Sessions that are deleted once they are past: the first run after the fact says so.
deleted_afterwards as (
    select
        sessions.*,
        runs.run_no
    from sessions
    asof inner join runs
        on sessions.lane_no = runs.lane_no and sessions.archived_at <= runs.started_at
    where sessions.archived_at >= getvariable('window_start')
),

unioned as (
    select
        campus_no,
        lane_no,
        session_no as record_no,
        item.operation,
        item.version,
        item.first_no,
        item.last_no,
        draw(draw_key, item.operation) as item_key
    from sent_singly

    union all

    select
        campus_no,
        lane_no,
        session_no as record_no,
        'delete' as operation,
        4 as version,
        run_no as first_no,
        run_no as last_no,
        draw(draw_key, 'delete afterwards') as item_key
    from deleted_afterwards
)

select
    'session' as stream,
    'attendance_session' as record_type,
    campus_no,
    lane_no,
    record_no,
    operation,
    version,
    first_no,
    last_no,
    item_key
from unioned
where first_no <= last_no;

create table bulk_items as
with
groups as (
    select
        *,
        unnest([
            {
                'operation': 'bulk_create',
                'version': 0,
                'first_no': first_no,
                'last_no': least(
                    coalesce(cancelled_no - 1, last_send_no), last_send_no
                ),
            },
            {
                'operation': 'bulk_delete',
                'version': 3,
                'first_no': cancelled_no,
                'last_no': least(
                    cancelled_no + pick(draw_key, 'goodbyes', 2),
                    greatest(cancelled_no, last_possible_no)
                ),
            }
        ]) as item
    from bulk_groups
)

select
    'bulk' as stream,
    'attendance_session' as record_type,
    campus_no,
    lane_no,
    group_no as record_no,
    item.operation,
    item.version,
    item.first_no,
    item.last_no,
    draw(draw_key, item.operation) as item_key
from groups
where item.first_no <= item.last_no;
