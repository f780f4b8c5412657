-- The columns hold what the request gave, also what identifies nothing.

with described as (
    select
        *
    {%- set keys = {
        'course_id': 'courseID', 'add_code': 'addCode', 'user_id': 'userID',
        'issued_id': 'issuedID', 'email': 'email', 'first_name': 'firstName',
        'last_name': 'lastName', 'course_member_id': 'courseMemberID',
        'attendance_id': 'attendanceID', 'record_id': 'recordID',
        'mapping_id': 'mappingID', 'start_date': 'startDate',
        'start_time': 'startTime', 'time_attended': 'timeAttended',
        'time_absent': 'timeAbsent',
    } %}
        replace (
            {% for column, key in keys.items() -%}
                coalesce({{ column }}, unidentifying_values['{{ key }}'])
                    as {{ column }},
            {% endfor -%}
            coalesce(
                course_mapping_id,
                unidentifying_values[
                    if(record_type = 'course', 'mappingID', 'courseMappingID')
                ]
            ) as course_mapping_id,
            coalesce(
                course_name,
                unidentifying_values[if(record_type = 'course', 'name', 'courseName')]
            ) as course_name,
            coalesce(
                user_mapping_id,
                unidentifying_values[
                    if(record_type = 'user', 'mappingID', 'userMappingID')
                ]
            ) as user_mapping_id
        )
    from {{ ref('int_distinct_syncs_described') }}
),

attempted as (
    select
        distinct_sync_key,
        count(*) as attempted_count,
        count(*) filter (where status = 'error') as error_count,
        min(requested_at) as first_attempted_at,
        max(requested_at) as last_attempted_at
    from {{ ref('fct_sync_attempts') }}
    group by distinct_sync_key
),

final as (
    select
        described.campus_id,
        described.distinct_sync_key,
        resolved.record_key,
        described.record_type,
        described.operation,
        described.params,
        described.course_id,
        described.course_mapping_id,
        described.add_code,
        described.course_name,
        described.user_id,
        described.user_mapping_id,
        described.issued_id,
        described.email,
        described.first_name,
        described.last_name,
        described.course_member_id,
        described.attendance_id,
        described.record_id,
        described.mapping_id,
        described.start_date,
        described.start_time,
        described.time_attended,
        described.time_absent,
        attempted.attempted_count,
        attempted.error_count,
        attempted.first_attempted_at,
        attempted.last_attempted_at
    from described
    inner join attempted
        on described.distinct_sync_key = attempted.distinct_sync_key
    inner join {{ ref('int_syncs_resolved') }} as resolved
        on described.distinct_sync_key = resolved.distinct_sync_key
    order by
        resolved.record_no asc,
        described.operation asc
)

select * from final
