-- A record counts once a job-day, as failed when its last attempt of that day failed.

with records as (
    select
        campus_id,
        job_id,
        record_type,
        requested_date,
        record_uid,
        arg_max(is_error, attempt_no) as is_failed,
        bool_or(is_delete and not is_error) as is_deleted,
        bool_or(is_first_date and not is_error) as is_new,
        min(attempt_no) as first_attempt_no,
        max(requested_at) as last_requested_at
    from {{ ref('int_attempts_ordered') }}
    where job_id is not null
    group by
        campus_id,
        job_id,
        record_type,
        requested_date,
        record_uid
),

final as (
    select
        campus_id,
        job_id,
        record_type,
        requested_date,
        count(*) as record_count,
        count(*) filter (where is_failed) as failed_count,
        count(*) filter (where is_deleted) as deleted_count,
        count(*) filter (where is_new) as new_count,
        min(first_attempt_no) as first_attempt_no,
        max(last_requested_at) as last_requested_at
    from records
    group by
        campus_id,
        job_id,
        record_type,
        requested_date
)

select * from final
