with requests as (
    select *
    from {{ ref('int_job_requests_grouped_to_run') }}
    where requested_at < {{ run_instant('as_of') }}
),

runs as (
    select
        campus_id,
        job_id,
        first_request_id,
        count(*) as request_count,
        min(requested_at) as started_at,
        max(requested_at) as last_request_at
    from requests
    group by
        campus_id,
        job_id,
        first_request_id
),

-- Of each record the last attempt in the run says whether it failed.
records as (
    select
        requests.campus_id,
        requests.job_id,
        requests.first_request_id,
        syncs.record_key,
        max_by(
            attempts.status = 'error',
            struct_pack(
                requested_at := attempts.requested_at,
                request_id := attempts.request_id,
                item := attempts.item
            )
        ) as has_failed
    from requests
    inner join {{ ref('fct_sync_attempts') }} as attempts
        on
            requests.campus_id = attempts.campus_id
            and requests.request_id = attempts.request_id
    inner join {{ ref('fct_distinct_syncs') }} as syncs
        on attempts.distinct_sync_key = syncs.distinct_sync_key
    group by
        requests.campus_id,
        requests.job_id,
        requests.first_request_id,
        syncs.record_key
),

counted as (
    select
        campus_id,
        job_id,
        first_request_id,
        count(*) as record_count,
        count(*) filter (where has_failed) as failed_record_count
    from records
    group by
        campus_id,
        job_id,
        first_request_id
),

timed as (
    select
        runs.*,
        coalesce(counted.record_count, 0) as record_count,
        coalesce(counted.failed_record_count, 0) as failed_record_count,
        runs.last_request_at + interval 30 minutes
        > {{ run_instant('as_of') }} as is_in_progress
    from runs
    left join counted
        on
            runs.campus_id = counted.campus_id
            and runs.job_id = counted.job_id
            and runs.first_request_id = counted.first_request_id
),

final as (
    select
        campus_id,
        job_id || ':' || first_request_id as run_id,
        job_id,
        first_request_id,
        case
            when is_in_progress then 'In Progress'
            when failed_record_count = 0 then 'Completed'
            when failed_record_count = record_count then 'Failed'
            else 'Warning'
        end as status,
        request_count,
        record_count,
        failed_record_count,
        started_at,
        last_request_at,
        case when not is_in_progress then last_request_at end as finished_at
    from timed
)

select * from final
