{{ config(
    materialized='table_function',
    parameters=['wanted_record_type', 'campus', 'range_start', 'range_end'],
    contract={'enforced': false},
    persist_docs={},
) }}
-- One row per distinct sync, status and error within the range (contract, section 3):
-- what the five sync logs share. The error is the code, or the message where there is
-- no code; code and message shown are those of the row's last attempt.

with attempts as (
    select
        campus_id,
        record_type,
        distinct_sync_key,
        status,
        error_code,
        message,
        http_status,
        requested_at,
        request_id,
        item
    from {{ ref('fct_sync_attempts') }}
    where
        (wanted_record_type is null or record_type = wanted_record_type)
        and {{ of_campus() }}
        and {{ in_range('requested_at') }}
),

log_rows as (
    select
        campus_id,
        record_type,
        distinct_sync_key,
        status,
        min(requested_at) as first_attempted_at,
        count(*) as attempted_count,
        max(
            {{ record_of({
                'requested_at': 'requested_at',
                'request_id': 'request_id',
                'item': 'item',
                'error_code': 'error_code',
                'message': 'message',
                'http_status': 'http_status',
            }) }}
        ) as last
    from attempts
    group by
        campus_id,
        record_type,
        distinct_sync_key,
        status,
        coalesce(error_code, message)
),

-- Said again of this side: a join's keys alone do not narrow what is read.
syncs as (
    select *
    from {{ ref('fct_distinct_syncs') }}
    where
        (wanted_record_type is null or record_type = wanted_record_type)
        and {{ of_campus() }}
),

joined as (
    select
        log_rows.*,
        syncs.* exclude (
            syncs.campus_id,
            syncs.record_type,
            syncs.distinct_sync_key,
            syncs.first_attempted_at,
            syncs.attempted_count
        )
    from log_rows
    inner join syncs
        on
            log_rows.record_type = syncs.record_type
            and log_rows.campus_id = syncs.campus_id
            and log_rows.distinct_sync_key = syncs.distinct_sync_key
),

-- Joined to, not ranked: a window over a few rows takes 5 ms.
newest as (
    select
        campus_id,
        record_type,
        record_key,
        max(last) as last
    from joined
    group by
        campus_id,
        record_type,
        record_key
),

final as (
    select
        joined.campus_id,
        joined.record_key,
        joined.record_type,
        joined.course_id,
        joined.course_mapping_id,
        joined.add_code,
        joined.course_name,
        joined.user_id,
        joined.user_mapping_id,
        joined.issued_id,
        joined.email,
        joined.first_name,
        joined.last_name,
        joined.course_member_id,
        joined.attendance_id,
        joined.record_id,
        joined.mapping_id,
        joined.start_date,
        joined.start_time,
        joined.time_attended,
        joined.time_absent,
        joined.distinct_sync_key,
        joined.params,
        joined.operation,
        joined.status,
        joined.last.error_code,
        joined.last.message,
        errors.error_meaning,
        errors.next_step,
        errors.next_step_owner,
        joined.first_attempted_at,
        joined.last.requested_at as last_attempted_at,
        joined.attempted_count,
        case when joined.last = newest.last then '*' end as last_attempt
    from joined
    inner join newest
        on
            joined.campus_id = newest.campus_id
            and joined.record_type = newest.record_type
            and joined.record_key = newest.record_key
    left join {{ ref('dim_errors') }} as errors
        on
            joined.status = 'error'
            and joined.last.error_code is not distinct from errors.error_code
            and joined.last.message is not distinct from errors.message
            and joined.last.http_status is not distinct from errors.http_status
)

select * from final
