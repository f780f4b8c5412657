with attempts as (
    select
        attempts.campus_id,
        attempts.job_id,
        attempts.record_type,
        attempts.operation,
        attempts.requested_date,
        attempts.status,
        resolved.sync_no,
        resolved.record_no
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
        {{ element_count(distinct_list('sync_no')) }} as distinct_sync_count,
        {{ element_count(distinct_list('record_no')) }} as record_count,
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
