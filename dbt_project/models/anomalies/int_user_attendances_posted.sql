-- A posting may name its session in one attempt and only its record id in another: what
-- any attempt of the record gave counts.

with identified as (
    select
        identified.campus_id,
        identified.value as user_attendance,
        resolved.record_key,
        {{ content_key([
            'identified.campus_id', "'attendance_posting'", 'resolved.record_key',
        ]) }} as record_uid
    from {{ ref('int_dependents_identified') }} as identified
    inner join {{ ref('int_dependents_resolved') }} as resolved
        on identified.subject_key = resolved.subject_key
    where
        identified.record_type = 'attendance_posting'
        and identified.kind = 'user_attendance'
),

final as (
    select
        identified.campus_id,
        identified.user_attendance,
        min(identified.record_key) as record_key,
        min(records.first_success_at) as first_success_at
    from identified
    inner join {{ ref('int_records_attempted') }} as records
        on identified.record_uid = records.record_uid
    group by
        identified.campus_id,
        identified.user_attendance
)

select * from final
