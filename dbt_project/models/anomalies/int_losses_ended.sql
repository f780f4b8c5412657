-- Creates between the same two sightings or deletes are one loss. Requests name a
-- record by the newest version of the roster: where another record bears one of its
-- identifiers too, what an old create made cannot be told.

with ambiguous as (
    select distinct roster.record_no
    from {{ ref('int_roster_identified') }} as own
    inner join {{ ref('int_roster_records_united') }} as roster
        on
            own.campus_id = roster.campus_id
            and own.record_type = roster.record_type
            and own.record_id = roster.record_id
    semi join {{ ref('int_creates_sighted') }} as creates
        on roster.record_no = creates.record_no
    inner join {{ ref('int_roster_identified') }} as other
        on
            own.campus_id = other.campus_id
            and own.record_type = other.record_type
            and own.kind = other.kind
            and own.value = other.value
            and own.record_id <> other.record_id
),

grouped as (
    select
        record_no,
        seen_before_at,
        deleted_no,
        min(attempt_no) as first_attempt_no,
        max(attempt_no) as last_attempt_no,
        count(*) as occurrences,
        min(next_snapshot_at) as next_snapshot_at,
        min(seen_at) as seen_at,
        min(deleted_at) as deleted_at
    from {{ ref('int_creates_sighted') }}
    group by
        record_no,
        seen_before_at,
        deleted_no
),

final as (
    select
        grouped.record_no,
        grouped.first_attempt_no,
        grouped.last_attempt_no,
        grouped.occurrences,
        grouped.seen_before_at,
        grouped.next_snapshot_at as missed_by_snapshot_at,
        grouped.seen_at,
        least(grouped.seen_at, grouped.deleted_at) as resolved_at
    from grouped
    anti join ambiguous
        on grouped.record_no = ambiguous.record_no
    where grouped.next_snapshot_at < least(grouped.seen_at, grouped.deleted_at)
)

select * from final
