-- For each snapshot the last successful act before it. Only records are looked at that
-- were sent with several contents, or that the roster had with several: of all others
-- the newest snapshot tells all.

with versions as (
    {{ roster_version_hashes() }}
),

changed as (
    select
        campus_id,
        record_type,
        record_id
    from versions
    group by
        campus_id,
        record_type,
        record_id
    having min(content_hash) <> max(content_hash)
),

sought as (
    select
        records.record_no,
        roster.record_id
    from {{ ref('int_records_attempted') }} as records
    inner join {{ ref('int_roster_records_united') }} as roster
        on records.record_no = roster.record_no
    left join changed
        on
            roster.campus_id = changed.campus_id
            and roster.record_type = changed.record_type
            and roster.record_id = changed.record_id
    where
        records.written_no is not null
        and (
            records.is_written_variously
            or records.deleted_no is not null
            or changed.record_id is not null
        )
),

acts as (
    select
        attempts.record_no,
        attempts.campus_id,
        attempts.record_type,
        sought.record_id,
        attempts.distinct_sync_key,
        attempts.attempt_no,
        attempts.requested_at,
        attempts.is_write,
        lead(attempts.requested_at) over (
            partition by attempts.record_no order by attempts.attempt_no
        ) as next_act_at
    from {{ ref('int_attempts_ordered') }} as attempts
    inner join sought
        on attempts.record_no = sought.record_no
    where not attempts.is_error and (attempts.is_write or attempts.is_delete)
),

-- Most acts are followed by another before any snapshot: they go first, else each of
-- them would be held against every snapshot.
last_before_a_snapshot as (
    select acts.*
    from acts
    asof inner join {{ ref('int_roster_snapshots') }} as next
        on
            acts.record_type || 's' = next.table_name
            and acts.requested_at < next.snapshot_at
    where
        acts.is_write
        and (acts.next_act_at is null or acts.next_act_at >= next.snapshot_at)
),

final as (
    select
        acts.record_no,
        acts.campus_id,
        acts.record_type,
        acts.record_id,
        acts.distinct_sync_key,
        acts.attempt_no,
        acts.requested_at,
        snapshots.snapshot_at,
        least(acts.next_act_at, snapshots.next_snapshot_at) as resolved_at
    from last_before_a_snapshot as acts
    inner join {{ ref('int_roster_snapshots') }} as snapshots
        on
            acts.record_type || 's' = snapshots.table_name
            and acts.requested_at < snapshots.snapshot_at
            and coalesce(acts.next_act_at, 'infinity') >= snapshots.snapshot_at
)

select * from final
