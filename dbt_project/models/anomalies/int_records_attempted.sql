-- One pass over the attempts for all rules about a record's state.

with attempts as (
    select
        attempts.*,
        not attempts.is_error and attempts.is_write as is_written,
        not attempts.is_error and attempts.is_delete as is_deleted,
        not attempts.is_error
        and attempts.is_create
        and attempts.requested_at < snapshots.newest_snapshot_at as is_created
    from {{ ref('int_attempts_ordered') }} as attempts
    left join {{ ref('int_roster_snapshots_newest') }} as snapshots
        on attempts.record_type = snapshots.record_type
),

final as (
    select
        any_value(campus_id) as campus_id,
        any_value(record_type) as record_type,
        record_no,
        arg_max(distinct_sync_key, attempt_no) as last_sync_key,
        arg_max(distinct_sync_key, attempt_no) filter (where is_written)
            as written_sync_key,
        coalesce(
            min(distinct_sync_key) filter (where is_written)
            <> max(distinct_sync_key) filter (where is_written),
            false
        ) as is_written_variously,
        count(*) filter (where is_error) as error_count,
        count(*) filter (where not is_error) as success_count,
        max(attempt_no) filter (where is_written) as written_no,
        max(attempt_no) filter (where is_deleted) as deleted_no,
        max(attempt_no) filter (where is_created) as created_no,
        max(requested_at) filter (where is_written) as written_at,
        max(requested_at) filter (where is_created) as created_at,
        min(requested_at) filter (where not is_error) as first_success_at
    from attempts
    group by record_no
)

select * from final
