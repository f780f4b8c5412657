-- Jobs as they are listed now, against those that are landed: what is new or changed.

create or replace macro final_states() as
['imported', 'imported_with_messages', 'aborted', 'failed', 'failed_with_messages',
    'partially_restored', 'restored'];

create or replace table listed_jobs (job json);

-- ;;
create or replace table known_jobs as
select
    job_id,
    max_by(content_hash, fetch_no) as content_hash,
    max_by(created_at, fetch_no) as created_at,
    max_by(is_final, fetch_no) as is_final,
from landed_jobs
group by job_id;

-- ;;
create or replace table fresh_jobs as
with described as (
    select
        job,
        job ->> '$.id' as job_id,
        md5(cast(job as varchar)) as content_hash,
        try_cast(job ->> '$.created_at' as timestamptz) as created_at,
        job ->> '$.workflow_state' as workflow_state,
        try_cast(job ->> '$.data.counts.error_count' as bigint) as error_count,
        try_cast(job ->> '$.data.counts.warning_count' as bigint) as warning_count,
        json_type(job, '$.errors_attachment') = 'OBJECT' as has_attachment,
        coalesce(json_array_length(job, '$.processing_errors'), 0)
        + coalesce(json_array_length(job, '$.processing_warnings'), 0)
            as message_count,
    from listed_jobs
    where job ->> '$.id' is not null
    qualify row_number() over (
        partition by job ->> '$.id'
        order by job ->> '$.updated_at' desc nulls last, cast(job as varchar)
    ) = 1
)

select
    described.*,
    list_contains(final_states(), described.workflow_state) as is_final,
    coalesce(described.error_count + described.warning_count, 0) as told_count,
    described.message_count > 0
    or described.has_attachment
    or coalesce(described.error_count, 0) + coalesce(described.warning_count, 0) > 0
    or described.workflow_state like '%_with_messages' as has_messages,
    coalesce(described.error_count, 1) > 0
    and coalesce(described.warning_count, 1) > 0 as is_mixed,
    row_number() over (
        order by described.created_at asc nulls first,
        try_cast(described.job_id as hugeint), described.job_id
    ) - 1 as place,
from described
left join known_jobs
    on
        described.job_id = known_jobs.job_id
        and described.content_hash = known_jobs.content_hash
where known_jobs.job_id is null;
