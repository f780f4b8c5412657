with attempts as (
    select
        attempts.campus_id,
        attempts.job_id,
        attempts.record_type,
        attempts.operation,
        attempts.requested_date,
        attempts.status,
        attempts.distinct_sync_key,
        resolved.record_key
    from {{ ref('fct_sync_attempts') }} as attempts
    inner join {{ ref('int_syncs_resolved') }} as resolved
        on attempts.distinct_sync_key = resolved.distinct_sync_key
),

final as (
    select
        campus_id,
        job_id,
        record_type,
        operation,
        count(*) as attempt_count,
        count(*) filter (where status = 'error') as error_count,
        count(distinct distinct_sync_key) as distinct_sync_count,
        count(distinct record_key) as record_count,
        requested_date
    from attempts
    group by
        campus_id,
        job_id,
        record_type,
        operation,
        requested_date
)

select * from final
order by
    campus_id asc,
    requested_date asc,
    job_id asc nulls last,
    record_type asc,
    operation asc
