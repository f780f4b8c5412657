{{ config(
    materialized='table_function',
    alias='system_data_summary_between',
    parameters=['campus', 'range_start', 'range_end', 'lookback_days := ' ~ var('lookback_days')],
) }}

with listed as (
    {% for report in [
        ref('rpt_course_list_between'),
        ref('rpt_user_list_between'),
        ref('rpt_course_member_list_between'),
        ref('rpt_attendance_session_list_between'),
    ] -%}
        select
            campus_id,
            '{{ report.identifier | replace("_list_between", "") }}' as record_type,
            existed_before,
            created_in_range,
            updated_in_range,
            is_archived
        from
            {{ report }}(
                campus, range_start, range_end, lookback_days := lookback_days
            )
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
        count(*) filter (where listed.existed_before) as existing,
        count(*) filter (where listed.created_in_range) as created,
        count(*) filter (where listed.updated_in_range) as updated,
        count(*) filter (where listed.is_archived) as archived
    from record_types
    left join listed
        on
            record_types.campus_id = listed.campus_id
            and record_types.record_type = listed.record_type
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
