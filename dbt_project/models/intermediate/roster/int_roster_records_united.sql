-- last_seen_at: the last snapshot that has the record.

with united as (
    {{ roster_records() }}
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
    inner join {{ ref('int_roster_snapshots') }} as snapshots
        on
            united.record_type || 's' = snapshots.table_name
            and united.valid_to_at is not distinct from snapshots.next_snapshot_at
)

select * from final
