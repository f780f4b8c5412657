{{ config(
    materialized='incremental',
    incremental_strategy='append',
) }}
-- Append only: what a distinct sync gave follows from its content. A session's and a
-- member's course keys and a course's own mean the same, so they share columns.

with unseen as (
    select
        items.distinct_sync_key,
        any_value(items.campus_id) as campus_id,
        any_value(items.record_type) as record_type,
        any_value(items.operation) as operation,
        any_value(items.params) as params,
        any_value(items.marked_params) as marked_params
    from {{ ref('int_payload_items') }} as items
    {% if is_incremental() %}
    where
        items.distinct_sync_key not in (
            select known.distinct_sync_key from {{ this }} as known
        )
    {% endif %}
    group by items.distinct_sync_key
),

mapped as (
    select
        *,
        {{ params_map('coalesce(marked_params, params)') }} as given
    from unseen
),

described as (
    select
        distinct_sync_key,
        campus_id,
        record_type,
        operation,
        params,
        {{ given('given', 'courseID') }} as course_id,
        case
            when record_type = 'course' then {{ given('given', 'mappingID') }}
            else {{ given('given', 'courseMappingID') }}
        end as course_mapping_id,
        {{ given('given', 'addCode') }} as add_code,
        case
            when record_type = 'course' then {{ given('given', 'name') }}
            else {{ given('given', 'courseName') }}
        end as course_name,
        {{ given('given', 'userID') }} as user_id,
        case
            when record_type = 'user' then {{ given('given', 'mappingID') }}
            else {{ given('given', 'userMappingID') }}
        end as user_mapping_id,
        {{ given('given', 'issuedID') }} as issued_id,
        {{ given('given', 'email') }} as email,
        {{ given('given', 'firstName') }} as first_name,
        {{ given('given', 'lastName') }} as last_name,
        {{ given('given', 'courseMemberID') }} as course_member_id,
        {{ given('given', 'attendanceID') }} as attendance_id,
        {{ given('given', 'recordID') }} as record_id,
        {{ given('given', 'mappingID') }} as mapping_id,
        {{ given('given', 'startDate') }} as start_date,
        {{ given('given', 'startTime') }} as start_time,
        {{ given('given', 'timeAttended') }} as time_attended,
        {{ given('given', 'timeAbsent') }} as time_absent,
        {{ unidentifying_values('given', 'params') }} as unidentifying_values
    from mapped
),

-- A key that the record type has no use for identifies nothing.
restricted as (
    select
        * replace (
            case when has_course then course_id end as course_id,
            case when has_course then course_mapping_id end as course_mapping_id,
            case when has_course then add_code end as add_code,
            case when has_course then course_name end as course_name,
            case when has_user then user_id end as user_id,
            case when has_user then user_mapping_id end as user_mapping_id,
            case when has_user then issued_id end as issued_id,
            case when has_user then email end as email
        )
    from (
        select
            *,
            record_type in ('course', 'course_member', 'attendance_session')
                as has_course,
            record_type in ('user', 'course_member', 'attendance_posting') as has_user
        from described
    ) as marked
),

final as (
    select
        * exclude (has_course, has_user),
        case
            when
                coalesce(
                    course_id, course_mapping_id, add_code, course_name
                ) is not null
                then {{ content_key([
                    'campus_id', "'course'", 'course_id', 'course_mapping_id',
                    'add_code', 'course_name',
                ]) }}
        end as course_reference_key,
        case
            when coalesce(user_id, user_mapping_id, issued_id, email) is not null
                then {{ content_key([
                    'campus_id', "'user'", 'user_id', 'user_mapping_id', 'issued_id',
                    'lower(email)',
                ]) }}
        end as user_reference_key
    from restricted
)

select * from final
