{{ config(
    materialized='table_function',
    alias='top_errors_between',
    parameters=['campus', 'range_start', 'range_end'],
) }}

with bounds as (
    select
        {{ instant_parameter('range_start') }} as starts_at,
        {{ instant_parameter('range_end') }} as ends_at
),

attempts as (
    select
        attempts.campus_id,
        coalesce(attempts.error_code, attempts.message) as error,
        {{ record_of({
            'record_type': 'syncs.record_type', 'record_key': 'syncs.record_key',
        }) }} as record,
        {{ record_of({
            'requested_at': 'attempts.requested_at',
            'request_id': 'attempts.request_id',
            'item': 'attempts.item',
            'error_code': 'attempts.error_code',
            'message': 'attempts.message',
            'http_status': 'attempts.http_status',
        }) }} as attempt,
        attempts.requested_at,
        attempts.requested_at >= bounds.starts_at as is_in_range
    from {{ ref('fct_sync_attempts') }} as attempts
    cross join bounds
    inner join {{ ref('fct_distinct_syncs') }} as syncs
        on
            attempts.campus_id = syncs.campus_id
            and attempts.distinct_sync_key = syncs.distinct_sync_key
    where
        attempts.status = 'error'
        and attempts.requested_at < bounds.ends_at
        and attempts.requested_at
        >= bounds.starts_at - (bounds.ends_at - bounds.starts_at)
        and {{ of_campus('attempts.campus_id') }}
        -- Said again of this side: a join's keys alone do not narrow what is read.
        and {{ of_campus('syncs.campus_id') }}
),

counted as (
    select
        campus_id,
        max(attempt) filter (where is_in_range) as last,
        count(*) filter (where is_in_range) as error_count,
        count(distinct record) filter (where is_in_range)
            as record_count,
        count(*) filter (where not is_in_range) as earlier_error_count,
        min(requested_at) filter (where is_in_range) as first_seen_at,
        max(requested_at) filter (where is_in_range) as last_seen_at
    from attempts
    group by
        campus_id,
        error
    having count(*) filter (where is_in_range) > 0
),

final as (
    select
        counted.campus_id,
        row_number() over (
            partition by counted.campus_id
            order by
                counted.error_count desc,
                counted.record_count desc,
                counted.last.error_code asc nulls last,
                counted.last.message asc nulls last
        ) as error_rank,
        counted.last.error_code,
        counted.last.message,
        errors.error_meaning,
        errors.next_step,
        errors.next_step_owner,
        errors.retry_can_help,
        counted.error_count,
        counted.record_count as distinct_records,
        counted.earlier_error_count,
        counted.first_seen_at,
        counted.last_seen_at
    from counted
    left join {{ ref('dim_errors') }} as errors
        on
            counted.last.error_code is not distinct from errors.error_code
            and counted.last.message is not distinct from errors.message
            and counted.last.http_status is not distinct from errors.http_status
)

select
    {{ report_columns('top_errors') }}
from final
order by
    {{ report_order('top_errors') }}
