-- Members that are or were orphans. The rosters' snapshots need not be of one
-- time: one of the members and one of the parents must show it, else an export that
-- takes some minutes would orphan all that it brings.

with versions as (
    select
        campus_id,
        course_member_id,
        'course' as record_type,
        course_id as record_id,
        valid_from_at,
        valid_to_at
    from {{ ref('int_course_members_versioned') }}
    where archived_at is null
    union all
    select
        campus_id,
        course_member_id,
        'user' as record_type,
        user_id as record_id,
        valid_from_at,
        valid_to_at
    from {{ ref('int_course_members_versioned') }}
    where archived_at is null
),

enrolled as (
    {{ spells(
        'versions', ['campus_id', 'course_member_id', 'record_type', 'record_id']
    ) }}
),

-- A parent without a spell was never active.
orphaned as (
    select
        enrolled.campus_id,
        enrolled.course_member_id,
        enrolled.record_type,
        enrolled.record_id,
        greatest(enrolled.begins_at, coalesce(inactive.begins_at, '-infinity'))
            as begins_at,
        least(enrolled.ends_at, coalesce(inactive.ends_at, 'infinity')) as ends_at
    from enrolled
    left join {{ ref('int_parents_inactive') }} as inactive
        on
            enrolled.campus_id = inactive.campus_id
            and enrolled.record_type = inactive.record_type
            and enrolled.record_id = inactive.record_id
),

shown as (
    select
        orphaned.campus_id,
        orphaned.course_member_id,
        orphaned.record_type,
        orphaned.record_id,
        orphaned.begins_at,
        orphaned.ends_at,
        max(snapshots.snapshot_at) filter (
            where snapshots.table_name = 'course_members'
        ) as last_shown_at,
        max(snapshots.snapshot_at) filter (
            where snapshots.table_name = orphaned.record_type || 's'
        ) as parent_shown_at
    from orphaned
    inner join {{ ref('int_roster_snapshots') }} as snapshots
        on
            orphaned.begins_at <= snapshots.snapshot_at
            and orphaned.ends_at > snapshots.snapshot_at
    where orphaned.begins_at < orphaned.ends_at
    group by
        orphaned.campus_id,
        orphaned.course_member_id,
        orphaned.record_type,
        orphaned.record_id,
        orphaned.begins_at,
        orphaned.ends_at
),

final as (
    select
        shown.campus_id,
        shown.course_member_id,
        min(least(shown.begins_at, coalesce(roster.ended_at, shown.begins_at)))
            as orphaned_at,
        max(shown.last_shown_at) as last_shown_at,
        max(shown.ends_at) as resolved_at
    from shown
    left join {{ ref('int_roster_records_united') }} as roster
        on
            shown.campus_id = roster.campus_id
            and shown.record_type = roster.record_type
            and shown.record_id = roster.record_id
    where shown.last_shown_at is not null and shown.parent_shown_at is not null
    group by
        shown.campus_id,
        shown.course_member_id
)

select * from final
