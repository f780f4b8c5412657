-- The drift of one content since the roster's record was updated is one finding, as the
-- last snapshot had it that showed it. Requests name a record by the newest version of
-- the roster: where another record bears one of its identifiers too, what was sent
-- before cannot be told.

with drifts as (
    select
        drifted.record_no,
        drifted.distinct_sync_key,
        drifted.snapshot_at,
        any_value(drifted.resolved_at) as resolved_at,
        any_value(drifted.updated_at) as updated_at,
        any_value(drifted.differences) as differences,
        min(attempts.attempt_no) as first_attempt_no,
        max(attempts.attempt_no) as last_attempt_no,
        count(*) as occurrences
    from {{ ref('int_values_drifted') }} as drifted
    inner join {{ ref('int_attempts_ordered') }} as attempts
        on
            drifted.record_no = attempts.record_no
            and drifted.distinct_sync_key = attempts.distinct_sync_key
            and drifted.attempt_no >= attempts.attempt_no
            and coalesce(drifted.updated_at, '-infinity') <= attempts.requested_at
    where not attempts.is_error
    group by
        drifted.record_no,
        drifted.distinct_sync_key,
        drifted.snapshot_at
    qualify
        row_number() over (
            partition by drifted.record_no, min(attempts.attempt_no)
            order by
                drifted.snapshot_at desc,
                any_value(drifted.resolved_at) desc nulls first
        ) = 1
),

ambiguous as (
    select distinct roster.record_no
    from {{ ref('int_roster_records_united') }} as roster
    semi join drifts
        on roster.record_no = drifts.record_no
    inner join {{ ref('int_roster_identified') }} as own
        on
            roster.campus_id = own.campus_id
            and roster.record_type = own.record_type
            and roster.record_id = own.record_id
    inner join {{ ref('int_roster_identified') }} as other
        on
            own.campus_id = other.campus_id
            and own.record_type = other.record_type
            and own.kind = other.kind
            and own.value = other.value
            and own.record_id <> other.record_id
),

final as (
    select
        syncs.campus_id,
        syncs.record_type,
        syncs.record_key,
        last_attempts.job_id,
        {{ attempt_name('first_attempts') }} as shown_by,
        first_attempts.requested_at as first_seen_at,
        last_attempts.requested_at as last_seen_at,
        drifts.resolved_at,
        drifts.occurrences,
        {{ record_label('syncs') }} || ' was sent with success, but the roster '
        || if(drifts.resolved_at is null, 'has', 'had') || ' another '
        || array_to_string(
            list_transform(drifts.differences, lambda difference: difference.param),
            ', '
        ) || '.' as title,
        {{ evidence({
            'request_id': 'last_attempts.request_id',
            'differences': 'drifts.differences',
            'shown_by_snapshot_at': 'drifts.snapshot_at',
            'updated_at': 'drifts.updated_at',
        }) }} as evidence,
        cast(null as varchar) as next_step,
        cast(null as varchar) as next_step_owner
    from drifts
    left join ambiguous
        on drifts.record_no = ambiguous.record_no
    inner join {{ ref('int_attempts_ordered') }} as first_attempts
        on drifts.first_attempt_no = first_attempts.attempt_no
    inner join {{ ref('int_attempts_ordered') }} as last_attempts
        on drifts.last_attempt_no = last_attempts.attempt_no
    inner join {{ ref('fct_distinct_syncs') }} as syncs
        on drifts.distinct_sync_key = syncs.distinct_sync_key
    where drifts.resolved_at is null or ambiguous.record_no is null
)

select * from final
