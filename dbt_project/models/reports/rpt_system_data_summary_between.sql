{{ config(
    materialized='table_function',
    alias='system_data_summary_between',
    parameters=['campus', 'range_start', 'range_end', 'lookback_days := ' ~ var('lookback_days')],
) }}

-- As the lists tell it, without what they show of a record.
with flagged as (
    {% for record_type, roster, versions, record_id in [
        ('course', ref('dim_courses'), ref('dim_courses_versions'), 'course_id'),
        ('user', ref('dim_users'), ref('dim_users_versions'), 'user_id'),
        (
            'course_member',
            ref('dim_course_members'),
            ref('dim_course_members_versions'),
            'course_member_id',
        ),
        (
            'attendance_session',
            ref('dim_attendance_sessions'),
            ref('dim_attendance_sessions_versions'),
            'attendance_id',
        ),
    ] -%}
        select
            listed.campus_id,
            '{{ record_type }}' as record_type,
            {{ list_flags(versions, record_id) }}
        from {{ roster }} as listed
        where {{ is_listed() }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

record_types as (
    select
        campuses.campus_id,
        record_types.record_type,
        record_types.record_type_order
    from {{ ref('dim_campuses') }} as campuses
    cross join {{ ref('rostered_record_types') }} as record_types
    where not campuses.is_deleted and {{ of_campus('campuses.campus_id') }}
),

final as (
    select
        record_types.campus_id,
        record_types.record_type,
        record_types.record_type_order,
        count(*) filter (where flagged.existed_before) as existing,
        count(*) filter (where flagged.created_in_range) as created,
        count(*) filter (where flagged.updated_in_range) as updated,
        count(*) filter (where flagged.is_archived) as archived
    from record_types
    left join flagged
        on
            record_types.campus_id = flagged.campus_id
            and record_types.record_type = flagged.record_type
    group by
        record_types.campus_id,
        record_types.record_type,
        record_types.record_type_order
)

select
    {{ report_columns('system_data_summary') }}
from final
order by
    {{ report_order('system_data_summary') }}
