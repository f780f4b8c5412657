-- Judged by the newest snapshot, when it was taken after the last successful create or
-- update, and the roster's record was not updated since. Which param is which column
-- says the seed; of the roster only records that may have drifted are looked at.

with candidates as (
    select
        records.record_uid,
        records.campus_id,
        records.record_type,
        records.written_sync_key,
        records.written_no,
        roster.record_id,
        roster.record_key,
        roster.updated_at,
        snapshots.newest_snapshot_at
    from {{ ref('int_records_attempted') }} as records
    inner join {{ ref('int_roster_records_united') }} as roster
        on records.record_uid = roster.record_uid
    inner join {{ ref('int_roster_snapshots_newest') }} as snapshots
        on records.record_type = snapshots.record_type
    where
        (records.deleted_no is null or records.deleted_no < records.written_no)
        and roster.is_active
        and records.written_at < snapshots.newest_snapshot_at
        and coalesce(roster.updated_at, roster.created_at) <= records.written_at
),

sent as (
    select
        candidates.record_uid,
        candidates.campus_id,
        candidates.record_type,
        candidates.record_id,
        {{ exploded(sent_values('syncs.params')) }} as given
    from candidates
    inner join {{ ref('fct_distinct_syncs') }} as syncs
        on candidates.written_sync_key = syncs.distinct_sync_key
),

mapped as (
    select
        sent.record_uid,
        sent.campus_id,
        sent.record_type,
        sent.record_id,
        sent.given.name as param,
        seed.column_name,
        {{ comparable('seed.comparison', 'sent.given.value') }} as sent_value,
        seed.comparison
    from sent
    inner join {{ ref('roster_param_columns') }} as seed
        on sent.record_type = seed.record_type and sent.given.name = seed.param
),

compared as (
    select
        mapped.record_uid,
        mapped.param,
        mapped.column_name,
        mapped.sent_value,
        {{ comparable('mapped.comparison', "roster.held[mapped.column_name]") }}
            as roster_value
    from mapped
    inner join {{ ref('int_roster_values_mapped') }} as roster
        on
            mapped.campus_id = roster.campus_id
            and mapped.record_type = roster.record_type
            and mapped.record_id = roster.record_id
    where mapped.sent_value is not null
),

drifted as (
    select
        record_uid,
        list(
            {{ record_of({
                'param': 'param',
                'roster_column': 'column_name',
                'sent': 'sent_value',
                'roster': 'roster_value',
            }) }}
            order by param
        ) as differences
    from compared
    where sent_value is distinct from roster_value
    group by record_uid
),

attempts as (
    select
        attempts.record_uid,
        min(attempts.attempt_no) as first_attempt_no,
        max(attempts.attempt_no) as last_attempt_no,
        count(*) as occurrences
    from {{ ref('int_attempts_ordered') }} as attempts
    inner join candidates
        on
            attempts.record_uid = candidates.record_uid
            and attempts.distinct_sync_key = candidates.written_sync_key
    inner join drifted
        on candidates.record_uid = drifted.record_uid
    where
        not attempts.is_error
        and (
            candidates.updated_at is null
            or attempts.requested_at >= candidates.updated_at
        )
    group by attempts.record_uid
),

final as (
    select
        candidates.campus_id,
        candidates.record_type,
        candidates.record_key,
        last_attempts.job_id,
        {{ attempt_name('first_attempts') }} as shown_by,
        first_attempts.requested_at as first_seen_at,
        last_attempts.requested_at as last_seen_at,
        cast(null as timestamp with time zone) as resolved_at,
        attempts.occurrences,
        {{ record_label('candidates') }}
        || ' was sent with success, but the roster has another '
        || array_to_string(
            list_transform(drifted.differences, lambda difference: difference.param),
            ', '
        ) || '.' as title,
        {{ evidence({
            'request_id': 'last_attempts.request_id',
            'differences': 'drifted.differences',
            'newest_snapshot_at': 'candidates.newest_snapshot_at',
            'updated_at': 'candidates.updated_at',
        }) }} as evidence,
        cast(null as varchar) as next_step,
        cast(null as varchar) as next_step_owner
    from drifted
    inner join candidates
        on drifted.record_uid = candidates.record_uid
    inner join attempts
        on drifted.record_uid = attempts.record_uid
    inner join {{ ref('int_attempts_ordered') }} as first_attempts
        on attempts.first_attempt_no = first_attempts.attempt_no
    inner join {{ ref('int_attempts_ordered') }} as last_attempts
        on attempts.last_attempt_no = last_attempts.attempt_no
)

select * from final
