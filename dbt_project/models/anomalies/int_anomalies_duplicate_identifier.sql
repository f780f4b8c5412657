with bearers as (
    select
        campus_id,
        record_type,
        kind,
        value,
        record_id
    from {{ ref('int_roster_identified') }}
    where
        not is_archived
        and kind in ('mapping_id', 'add_code', 'issued_id', 'email')
),

shared as (
    select
        campus_id,
        record_type,
        kind,
        value,
        count(*) as bearer_count
    from bearers
    group by
        campus_id,
        record_type,
        kind,
        value
    having count(*) > 1
),

borne as (
    select
        shared.campus_id,
        shared.record_type,
        shared.kind,
        shared.value,
        any_value(shared.bearer_count) as bearer_count,
        list(bearers.record_id order by bearers.record_id) as record_ids,
        list(roster.created_at order by roster.created_at)[2] as first_seen_at,
        arg_min(roster.record_key, roster.record_id) as record_key
    from shared
    inner join bearers
        on
            shared.campus_id = bearers.campus_id
            and shared.record_type = bearers.record_type
            and shared.kind = bearers.kind
            and shared.value = bearers.value
    inner join {{ ref('int_roster_records_united') }} as roster
        on
            bearers.campus_id = roster.campus_id
            and bearers.record_type = roster.record_type
            and bearers.record_id = roster.record_id
    group by
        shared.campus_id,
        shared.record_type,
        shared.kind,
        shared.value
),

final as (
    select
        borne.campus_id,
        borne.record_type,
        borne.record_key,
        cast(null as varchar) as job_id,
        concat_ws('|', borne.record_type, borne.kind, borne.record_ids[1]) as shown_by,
        borne.first_seen_at,
        snapshots.newest_snapshot_at as last_seen_at,
        cast(null as timestamp with time zone) as resolved_at,
        borne.bearer_count as occurrences,
        borne.bearer_count || ' active '
        || replace(borne.record_type, '_', ' ') || 's bear the same '
        || case borne.kind
            when 'email' then 'e-mail address' else replace(borne.kind, '_', ' ')
        end || ' ' || borne.value || '.' as title,
        {{ evidence({
            'identifier': 'borne.kind',
            'value': 'borne.value',
            'record_ids': 'borne.record_ids',
        }) }} as evidence,
        cast(null as varchar) as next_step,
        cast(null as varchar) as next_step_owner
    from borne
    inner join {{ ref('int_roster_snapshots_newest') }} as snapshots
        on borne.record_type = snapshots.record_type
)

select * from final
