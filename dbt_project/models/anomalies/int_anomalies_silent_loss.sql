-- What is lost now, and what was. Only a snapshot that was taken after the create can
-- show the loss. A later delete that succeeded explains it. A create without any
-- identifier cannot be looked up.

with candidates as (
    select
        records.*,
        roster.last_seen_at as roster_seen_at
    from {{ ref('int_records_attempted') }} as records
    left join {{ ref('int_roster_records_united') }} as roster
        on records.record_no = roster.record_no
    where
        records.created_no is not null
        and (records.deleted_no is null or records.deleted_no < records.created_no)
        and (
            roster.last_seen_at is null
            or roster.last_seen_at <= records.created_at
        )
),

creates as (
    select
        attempts.record_no,
        min(attempts.attempt_no) as first_attempt_no,
        max(attempts.attempt_no) as last_attempt_no,
        count(*) as occurrences
    from {{ ref('int_attempts_ordered') }} as attempts
    inner join candidates
        on attempts.record_no = candidates.record_no
    where
        attempts.is_create
        and not attempts.is_error
        and attempts.attempt_no > coalesce(candidates.deleted_no, 0)
        and (
            candidates.roster_seen_at is null
            or attempts.requested_at >= candidates.roster_seen_at
        )
    group by attempts.record_no
),

losses as (
    select
        creates.record_no,
        creates.first_attempt_no,
        creates.last_attempt_no,
        creates.occurrences,
        candidates.roster_seen_at,
        snapshots.newest_snapshot_at as missed_by_snapshot_at,
        cast(null as timestamp with time zone) as seen_at,
        cast(null as timestamp with time zone) as resolved_at
    from creates
    inner join candidates
        on creates.record_no = candidates.record_no
    inner join {{ ref('int_roster_snapshots_newest') }} as snapshots
        on candidates.record_type = snapshots.record_type
    union all
    select
        record_no,
        first_attempt_no,
        last_attempt_no,
        occurrences,
        seen_before_at as roster_seen_at,
        missed_by_snapshot_at,
        seen_at,
        resolved_at
    from {{ ref('int_losses_ended') }}
),

final as (
    select
        syncs.campus_id,
        syncs.record_type,
        syncs.record_key,
        first_attempts.job_id,
        {{ attempt_name('first_attempts') }} as shown_by,
        first_attempts.requested_at as first_seen_at,
        last_attempts.requested_at as last_seen_at,
        losses.resolved_at,
        losses.occurrences,
        {{ record_label('syncs') }} || ' was created on '
        || first_attempts.requested_date || ' with success, but ' || case
            when losses.resolved_at is null
                then 'the platform''s roster does not have it.'
            when losses.resolved_at = losses.seen_at
                then 'came to the platform''s roster late.'
            else 'was deleted before the platform''s roster had it.'
        end as title,
        {{ evidence({
            'request_id': 'first_attempts.request_id',
            'created_at': 'first_attempts.requested_at',
            'missed_by_snapshot_at': 'losses.missed_by_snapshot_at',
            'last_in_roster_at': 'losses.roster_seen_at',
        }) }} as evidence,
        cast(null as varchar) as next_step,
        cast(null as varchar) as next_step_owner
    from losses
    inner join {{ ref('int_attempts_ordered') }} as first_attempts
        on losses.first_attempt_no = first_attempts.attempt_no
    inner join {{ ref('int_attempts_ordered') }} as last_attempts
        on losses.last_attempt_no = last_attempts.attempt_no
    inner join {{ ref('fct_distinct_syncs') }} as syncs
        on
            first_attempts.distinct_sync_key = syncs.distinct_sync_key
            and syncs.record_key not like '%?request=%'
)

select * from final
