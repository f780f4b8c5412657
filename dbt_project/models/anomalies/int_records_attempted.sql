-- One pass over the attempts for all rules about a record's state.

with attempts as (
    select
        attempts.*,
        not attempts.is_error and attempts.is_write as is_written,
        not attempts.is_error and attempts.is_delete as is_deleted,
        not attempts.is_error
        and attempts.is_create
        and attempts.requested_at < snapshots.newest_snapshot_at as is_created,
        attempts.requested_at
        >= {{ run_instant('as_of') }}
        - to_days(cast({{ threshold('flapping_days') }} as integer)) as is_recent
    from {{ ref('int_attempts_ordered') }} as attempts
    left join {{ ref('int_roster_snapshots_newest') }} as snapshots
        on attempts.record_type = snapshots.record_type
    left join {{ ref('int_anomaly_thresholds') }} as thresholds
        on attempts.campus_id = thresholds.campus_id
),

final as (
    select
        any_value(campus_id) as campus_id,
        any_value(record_type) as record_type,
        record_uid,
        arg_max(distinct_sync_key, attempt_no) as last_sync_key,
        arg_max(distinct_sync_key, attempt_no) filter (where is_written)
            as written_sync_key,
        count(*) filter (where is_error) as error_count,
        count(*) filter (where is_error and is_recent) as recent_error_count,
        count(*) filter (where not is_error and is_recent) as recent_success_count,
        max(attempt_no) filter (where is_written) as written_no,
        max(attempt_no) filter (where is_deleted) as deleted_no,
        max(attempt_no) filter (where is_created) as created_no,
        max(requested_at) filter (where is_written) as written_at,
        max(requested_at) filter (where is_created) as created_at,
        min(requested_at) filter (where not is_error) as first_success_at
    from attempts
    group by record_uid
)

select * from final
