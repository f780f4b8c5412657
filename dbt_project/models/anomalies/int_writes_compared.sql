-- What may have drifted: now, by the newest snapshot, when it was taken after the last
-- successful create or update; and before, by each version that a snapshot showed. The
-- roster's record was not updated since. Read once, so no table.
{{ config(materialized='view') }}

with now as (
    select
        records.record_no,
        records.record_type,
        records.written_sync_key as distinct_sync_key,
        records.written_no as attempt_no,
        snapshots.newest_snapshot_at as snapshot_at,
        cast(null as timestamp with time zone) as resolved_at,
        roster.updated_at,
        held.held
    from {{ ref('int_records_attempted') }} as records
    inner join {{ ref('int_roster_records_united') }} as roster
        on records.record_no = roster.record_no
    inner join {{ ref('int_roster_snapshots_newest') }} as snapshots
        on records.record_type = snapshots.record_type
    inner join {{ ref('int_roster_values_mapped') }} as held
        on
            roster.campus_id = held.campus_id
            and roster.record_type = held.record_type
            and roster.record_id = held.record_id
    where
        (records.deleted_no is null or records.deleted_no < records.written_no)
        and roster.is_active
        and records.written_at < snapshots.newest_snapshot_at
        and coalesce(roster.updated_at, roster.created_at) <= records.written_at
),

versions as (
    {{ roster_version_values(ref('int_writes_shown')) }}
),

-- One content is compared once with one version, however often it was sent.
before as (
    select
        shown.record_no,
        any_value(shown.record_type) as record_type,
        shown.distinct_sync_key,
        max(shown.attempt_no) as attempt_no,
        max(shown.snapshot_at) as snapshot_at,
        arg_max(shown.resolved_at, shown.snapshot_at) as resolved_at,
        any_value(versions.updated_at) as updated_at,
        any_value(versions.held) as held
    from {{ ref('int_writes_shown') }} as shown
    inner join versions
        on
            shown.campus_id = versions.campus_id
            and shown.record_type = versions.record_type
            and shown.record_id = versions.record_id
            and shown.snapshot_at >= versions.valid_from_at
            and shown.snapshot_at < versions.valid_to_at
            and shown.requested_at
            >= coalesce(versions.updated_at, versions.created_at)
    where shown.resolved_at is not null
    group by
        shown.record_no,
        shown.distinct_sync_key,
        versions.valid_from_at
),

final as (
    select * from now
    union all
    select * from before
)

select * from final
