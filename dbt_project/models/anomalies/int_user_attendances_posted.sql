-- A posting may name its session in one attempt and only its record id in another: what
-- any attempt of the record gave counts.

with identified as (
    select
        identified.campus_id,
        identified.value as user_attendance,
        resolved.record_key
    from {{ ref('int_dependents_identified') }} as identified
    inner join {{ ref('int_dependents_resolved') }} as resolved
        on identified.subject_key = resolved.subject_key
    where
        identified.record_type = 'attendance_posting'
        and identified.kind = 'user_attendance'
),

numbered as (
    select distinct
        campus_id,
        record_key,
        record_no
    from {{ ref('int_syncs_resolved') }}
    where record_type = 'attendance_posting'
),

final as (
    select
        identified.campus_id,
        identified.user_attendance,
        min(identified.record_key) as record_key,
        min(records.first_success_at) as first_success_at
    from identified
    inner join numbered
        on
            identified.campus_id = numbered.campus_id
            and identified.record_key = numbered.record_key
    inner join {{ ref('int_records_attempted') }} as records
        on numbered.record_no = records.record_no
    group by
        identified.campus_id,
        identified.user_attendance
)

select * from final
