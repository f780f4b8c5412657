-- One row per distinct sync of a member, session or posting, with its identifiers; its
-- user and course are the records that those keys identify.

with syncs as (
    select described.*
    from {{ ref('int_distinct_syncs_described') }} as described
    inner join {{ ref('int_syncs_attempted') }} as attempted
        on described.distinct_sync_key = attempted.distinct_sync_key
    where
        described.record_type in (
            'course_member', 'attendance_session', 'attendance_posting'
        )
),

resolved as (
    select
        syncs.distinct_sync_key,
        syncs.campus_id,
        syncs.record_type,
        syncs.course_member_id,
        syncs.attendance_id,
        syncs.record_id,
        syncs.mapping_id,
        {{ calendar_date('syncs.start_date') }} as start_date,
        {{ time_of_day('syncs.start_time') }} as start_time,
        users.record_key as user_record_key,
        courses.record_key as course_record_key
    from syncs
    left join {{ ref('int_references_resolved') }} as users
        on syncs.user_reference_key = users.subject_key
    left join {{ ref('int_references_resolved') }} as courses
        on syncs.course_reference_key = courses.subject_key
),

composed as (
    select
        distinct_sync_key,
        campus_id,
        record_type,
        course_member_id,
        attendance_id,
        mapping_id,
        {{ composite(['user_record_key', 'course_record_key']) }} as pair,
        case
            when start_time is null
                then {{ composite(['course_record_key', 'start_date']) }}
            else {{ composite(['course_record_key', 'start_date', 'start_time']) }}
        end as slot,
        {{ composite(['user_record_key', printable('attendance_id')]) }}
            as user_attendance,
        {{ composite(['user_record_key', printable('record_id')]) }} as user_record
    from resolved
),

final as (
    select
        distinct_sync_key,
        campus_id,
        record_type,
        case
            when record_type = 'course_member'
                then {{ identifiers_list(['course_member_id', 'mapping_id', 'pair']) }}
            when record_type = 'attendance_session'
                then {{ identifiers_list(['attendance_id', 'mapping_id', 'slot']) }}
            else
                {{ identifiers_list(['user_attendance', 'user_record', 'mapping_id']) }}
        end as identifiers
    from composed
)

select
    distinct_sync_key,
    campus_id,
    record_type,
    identifiers,
    case
        when len(identifiers) > 0
            then {{ content_key(['campus_id', 'record_type', 'identifiers']) }}
    end as subject_key
from final
