-- Creates whose record the roster may have lacked for a time. A successful
-- create is looked for in the snapshots after it, until one has the record or a delete
-- of it succeeds. Only records that a snapshot came to have, lost for a time, or that
-- were deleted are looked at: of all others the newest snapshot tells all.

with versions as (
    {{ roster_sightings() }}
),

claimed as (
    select
        records.record_no,
        versions.table_name,
        versions.valid_from_at,
        versions.valid_to_at
    from {{ ref('int_records_attempted') }} as records
    inner join {{ ref('int_roster_records_united') }} as roster
        on records.record_no = roster.record_no
    inner join versions
        on
            roster.campus_id = versions.campus_id
            and roster.record_type = versions.record_type
            and roster.record_id = versions.record_id
    where records.created_no is not null
),

oldest_snapshots as (
    select
        table_name,
        min(snapshot_at) as oldest_snapshot_at
    from {{ ref('int_roster_snapshots') }}
    group by table_name
),

-- The versions of a record that was there all along add up to its whole life.
came_late as (
    select claimed.record_no
    from claimed
    inner join oldest_snapshots
        on claimed.table_name = oldest_snapshots.table_name
    group by claimed.record_no
    having
        min(claimed.valid_from_at) > any_value(oldest_snapshots.oldest_snapshot_at)
        or sum(epoch_us(claimed.valid_to_at) - epoch_us(claimed.valid_from_at))
        < epoch_us(max(claimed.valid_to_at)) - epoch_us(min(claimed.valid_from_at))
),

sought as (
    select record_no from came_late
    union
    select record_no from {{ ref('int_records_attempted') }}
    where created_no is not null and deleted_no is not null
),

sighted as (
    select
        claimed.record_no,
        snapshots.snapshot_at
    from claimed
    semi join sought
        on claimed.record_no = sought.record_no
    inner join {{ ref('int_roster_snapshots') }} as snapshots
        on
            claimed.table_name = snapshots.table_name
            and claimed.valid_from_at <= snapshots.snapshot_at
            and claimed.valid_to_at > snapshots.snapshot_at
),

acts as (
    select
        attempts.*,
        max(attempts.attempt_no) filter (where attempts.is_delete) over (
            partition by attempts.record_no order by attempts.attempt_no
        ) as deleted_no,
        min(attempts.requested_at) filter (where attempts.is_delete) over (
            partition by attempts.record_no
            order by attempts.attempt_no
            rows between current row and unbounded following
        ) as deleted_at
    from {{ ref('int_attempts_ordered') }} as attempts
    semi join sought
        on attempts.record_no = sought.record_no
    where not attempts.is_error and (attempts.is_create or attempts.is_delete)
),

final as (
    select
        acts.record_no,
        acts.attempt_no,
        acts.requested_at,
        acts.deleted_no,
        acts.deleted_at,
        earlier.snapshot_at as seen_before_at,
        later.snapshot_at as seen_at,
        next.snapshot_at as next_snapshot_at
    from acts
    asof left join sighted as earlier
        on
            acts.record_no = earlier.record_no
            and acts.requested_at >= earlier.snapshot_at
    asof left join sighted as later
        on
            acts.record_no = later.record_no
            and acts.requested_at < later.snapshot_at
    asof left join {{ ref('int_roster_snapshots') }} as next
        on
            acts.record_type || 's' = next.table_name
            and acts.requested_at < next.snapshot_at
    where acts.is_create
)

select * from final
