{{ config(
    materialized='table_function',
    parameters=['wanted_record_type', 'campus', 'range_start', 'range_end'],
    contract={'enforced': false},
    persist_docs={},
) }}
-- One row per distinct sync, status and error within the range (contract, section 3):
-- what the five sync logs share. Code and message are those of the row's last attempt.

with {{ sync_log_ctes(
    'syncs.* exclude (campus_id, record_type, distinct_sync_key, first_attempted_at, attempted_count)',
    record_type='wanted_record_type',
) }},

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
