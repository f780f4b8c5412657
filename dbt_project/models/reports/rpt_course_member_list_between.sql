{{ config(
    materialized='table_function',
    alias='course_member_list_between',
    parameters=['campus', 'range_start', 'range_end', 'lookback_days := ' ~ var('lookback_days')],
) }}

with listed as (
    select *
    from {{ ref('dim_course_members') }}
    where {{ is_listed() }}
),

final as (
    select
        listed.campus_id,
        listed.course_member_id,
        listed.mapping_id,
        listed.course_id,
        courses.title as course_title,
        courses.name as course_name,
        courses.starts_at as course_starts_at,
        listed.user_id,
        users.issued_id,
        users.email,
        users.first_name,
        users.last_name,
        {{ list_flags(ref('dim_course_members_versions'), 'course_member_id') }},
        listed.created_at,
        listed.updated_at
    from listed
    left join {{ ref('dim_courses') }} as courses
        on listed.campus_id = courses.campus_id and listed.course_id = courses.course_id
    left join {{ ref('dim_users') }} as users
        on listed.campus_id = users.campus_id and listed.user_id = users.user_id
)

select
    {{ report_columns('course_member_list') }}
from final
order by
    {{ report_order('course_member_list') }}
