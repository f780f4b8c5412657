-- last_seen_at: the last snapshot that has the record. record_no: the number of what
-- attempts speak of; null where none speaks of it.

with united as (
    {{ roster_records() }}
),

attempted as (
    select distinct
        campus_id,
        record_type,
        record_key,
        record_no
    from {{ ref('int_syncs_resolved') }}
),

final as (
    select
        united.campus_id,
        united.record_type,
        united.record_id,
        united.record_key,
        attempted.record_no,
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
    left join attempted
        on
            united.campus_id = attempted.campus_id
            and united.record_type = attempted.record_type
            and united.record_key = attempted.record_key
)

select * from final
