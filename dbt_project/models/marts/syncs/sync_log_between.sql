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

final as (
    select
        log_rows.campus_id,
        syncs.record_key,
        log_rows.record_type,
        syncs.course_id,
        syncs.course_mapping_id,
        syncs.add_code,
        syncs.course_name,
        syncs.user_id,
        syncs.user_mapping_id,
        syncs.issued_id,
        syncs.email,
        syncs.first_name,
        syncs.last_name,
        syncs.course_member_id,
        syncs.attendance_id,
        syncs.record_id,
        syncs.mapping_id,
        syncs.start_date,
        syncs.start_time,
        syncs.time_attended,
        syncs.time_absent,
        log_rows.distinct_sync_key,
        syncs.params,
        syncs.operation,
        log_rows.status,
        log_rows.last.error_code,
        log_rows.last.message,
        errors.error_meaning,
        errors.next_step,
        errors.next_step_owner,
        log_rows.first_attempted_at,
        log_rows.last.requested_at as last_attempted_at,
        log_rows.attempted_count,
        case
            when
                row_number() over (
                    partition by
                        log_rows.campus_id, log_rows.record_type, syncs.record_key
                    order by log_rows.last desc
                ) = 1
                then '*'
        end as last_attempt
    from log_rows
    inner join {{ ref('fct_distinct_syncs') }} as syncs
        on
            log_rows.record_type = syncs.record_type
            and log_rows.campus_id = syncs.campus_id
            and log_rows.distinct_sync_key = syncs.distinct_sync_key
    left join {{ ref('dim_errors') }} as errors
        on
            log_rows.status = 'error'
            and log_rows.last.error_code is not distinct from errors.error_code
            and log_rows.last.message is not distinct from errors.message
            and log_rows.last.http_status is not distinct from errors.http_status
    where {{ of_campus('syncs.campus_id') }}
)

select * from final
