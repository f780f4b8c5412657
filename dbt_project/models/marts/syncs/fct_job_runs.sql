-- No request behind as_of is read: where a run begins is told by what lies before it.

with minutes as (
    select * from {{ ref('int_job_minutes_grouped_to_run') }}
),

runs as (
    select
        run_no,
        any_value(campus_id) as campus_id,
        any_value(job_id) as job_id,
        cast(sum(request_count) as bigint) as request_count,
        min(first_at) as started_at,
        max(last_at) as last_request_at
    from minutes
    group by run_no
),

first_requests as (
    select
        runs.run_no,
        min(requests.request_id) as first_request_id
    from {{ ref('int_requests_deduplicated') }} as requests
    inner join runs
        on
            requests.campus_id = runs.campus_id
            and requests.job_id = runs.job_id
            and requests.requested_at = runs.started_at
    group by runs.run_no
),

-- Each has its minute: joined outer, so that the optimizer expects no fewer rows.
attempts as not materialized (
    select
        minutes.run_no,
        attempts.distinct_sync_key,
        attempts.request_id,
        attempts.item,
        attempts.status = 'error' as is_error,
        attempts.requested_at
    from {{ ref('fct_sync_attempts') }} as attempts
    left join minutes
        on
            attempts.campus_id = minutes.campus_id
            and attempts.job_id = minutes.job_id
            and {{ minute_number('attempts.requested_at') }} = minutes.minute_no
    where
        attempts.job_id is not null
        and attempts.requested_at < {{ run_instant('as_of') }}
),

sent as (
    select
        attempts.run_no,
        {{ distinct_list('syncs.record_no', condition='attempts.is_error') }}
            as failed_records,
        {{ distinct_list('syncs.record_no', condition='not attempts.is_error') }}
            as synced_records
    from attempts
    inner join {{ ref('int_syncs_resolved') }} as syncs
        on attempts.distinct_sync_key = syncs.distinct_sync_key
    group by attempts.run_no
),

compared as (
    select
        *,
        {{ shared_elements('failed_records', 'synced_records') }} as mixed_records
    from sent
),

-- Of each record the last attempt in the run says whether it failed. Only for the few
-- that both failed and succeeded the order is asked for.
mixed as (
    select
        run_no,
        {{ exploded('mixed_records') }} as record_no
    from compared
),

mixed_syncs as (
    select
        syncs.distinct_sync_key,
        syncs.record_no
    from {{ ref('int_syncs_resolved') }} as syncs
    semi join mixed
        on syncs.record_no = mixed.record_no
),

mended as (
    select
        mixed.run_no,
        mixed.record_no
    from attempts
    inner join mixed_syncs
        on attempts.distinct_sync_key = mixed_syncs.distinct_sync_key
    inner join mixed
        on
            attempts.run_no = mixed.run_no
            and mixed_syncs.record_no = mixed.record_no
    group by mixed.run_no, mixed.record_no
    having
        not max_by(
            attempts.is_error,
            {{ record_of({
                'requested_at': 'attempts.requested_at',
                'request_id': 'attempts.request_id',
                'item': 'attempts.item',
            }) }}
        )
),

mended_counts as (
    select
        run_no,
        count(*) as mended_count
    from mended
    group by run_no
),

counted as (
    select
        compared.run_no,
        {{ element_count('compared.failed_records') }}
        + {{ element_count('compared.synced_records') }}
        - {{ element_count('compared.mixed_records') }} as record_count,
        {{ element_count('compared.failed_records') }}
        - coalesce(mended_counts.mended_count, 0) as failed_record_count
    from compared
    left join mended_counts on compared.run_no = mended_counts.run_no
),

timed as (
    select
        runs.*,
        first_requests.first_request_id,
        coalesce(counted.record_count, 0) as record_count,
        coalesce(counted.failed_record_count, 0) as failed_record_count,
        runs.last_request_at + interval 30 minutes
        > {{ run_instant('as_of') }} as is_in_progress
    from runs
    inner join first_requests on runs.run_no = first_requests.run_no
    left join counted on runs.run_no = counted.run_no
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
