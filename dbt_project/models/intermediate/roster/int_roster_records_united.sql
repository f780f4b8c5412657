-- last_seen_at: the last snapshot that has the record.

with united as (
    {{ roster_records() }}
),

snapshots as (
    select
        table_name,
        snapshot_at,
        lead(snapshot_at) over (
            partition by table_name
            order by snapshot_at
        ) as next_snapshot_at
    from (
        select distinct
            table_name,
            snapshot_at
        from {{ ref('stg_landing__readings') }}
        where snapshot_at <= {{ run_instant('as_of') }}
    ) as told
),

final as (
    select
        united.campus_id,
        united.record_type,
        united.record_id,
        united.record_key,
        {{ content_key([
            'united.campus_id', 'united.record_type', 'united.record_key',
        ]) }} as record_uid,
        united.archived_at is null and united.valid_to_at is null as is_active,
        united.created_at,
        united.updated_at,
        least(united.archived_at, united.valid_to_at) as ended_at,
        snapshots.snapshot_at as last_seen_at
    from united
    inner join snapshots
        on
            united.record_type || 's' = snapshots.table_name
            and united.valid_to_at is not distinct from snapshots.next_snapshot_at
)

select * from final
