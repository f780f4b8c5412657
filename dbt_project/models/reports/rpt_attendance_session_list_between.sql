{{ config(
    materialized='table_function',
    alias='attendance_session_list_between',
    parameters=['campus', 'range_start', 'range_end', 'lookback_days := ' ~ var('lookback_days')],
) }}

with listed as (
    select *
    from {{ ref('dim_attendance_sessions') }}
    where {{ is_listed() }}
),

final as (
    select
        listed.campus_id,
        listed.attendance_id,
        listed.mapping_id,
        listed.course_id,
        courses.title as course_title,
        courses.name as course_name,
        courses.starts_at as course_starts_at,
        listed.starts_at,
        listed.ends_at,
        listed.starts_at - to_minutes(campuses.check_in_opens_min) as check_in_opens_at,
        listed.starts_at
        + to_minutes(campuses.check_in_closes_min) as check_in_closes_at,
        listed.ends_at - to_minutes(campuses.check_out_opens_min) as check_out_opens_at,
        listed.ends_at
        + to_minutes(campuses.check_out_closes_min) as check_out_closes_at,
        {{ list_flags(ref('dim_attendance_sessions_versions'), 'attendance_id') }},
        listed.created_at,
        listed.updated_at
    from listed
    left join {{ ref('dim_courses') }} as courses
        on listed.campus_id = courses.campus_id and listed.course_id = courses.course_id
    left join {{ ref('dim_campuses') }} as campuses
        on listed.campus_id = campuses.campus_id
)

select
    {{ report_columns('attendance_session_list') }}
from final
order by
    {{ report_order('attendance_session_list') }}
