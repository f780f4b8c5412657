-- What no longer holds is told as it was when a snapshot showed it last.

with versions as (
    {{ identifiers_borne() }}
),

-- By hashes, which are narrow: two values of one hash are told apart below.
suspected as (
    select hash(campus_id, record_type, kind, value) as value_hash
    from versions
    group by value_hash
    having min(hash(record_id)) <> max(hash(record_id))
),

shown as (
    select
        versions.campus_id,
        versions.record_type,
        versions.kind,
        versions.value,
        snapshots.snapshot_at,
        any_value(snapshots.next_snapshot_at) as next_snapshot_at,
        list(versions.record_id order by versions.record_id) as record_ids,
        list(versions.created_at order by versions.created_at)[2] as first_seen_at
    from versions
    inner join suspected
        on
            hash(
                versions.campus_id, versions.record_type, versions.kind, versions.value
            ) = suspected.value_hash
    inner join {{ ref('int_roster_snapshots') }} as snapshots
        on
            versions.table_name = snapshots.table_name
            and versions.valid_from_at <= snapshots.snapshot_at
            and versions.valid_to_at > snapshots.snapshot_at
    group by
        versions.campus_id,
        versions.record_type,
        versions.kind,
        versions.value,
        snapshots.snapshot_at
    having count(*) > 1
),

final as (
    select
        campus_id,
        record_type,
        kind,
        value,
        record_ids,
        first_seen_at,
        snapshot_at as last_seen_at,
        next_snapshot_at as resolved_at
    from shown
    qualify
        row_number() over (
            partition by campus_id, record_type, kind, value
            order by snapshot_at desc
        ) = 1
)

select * from final
