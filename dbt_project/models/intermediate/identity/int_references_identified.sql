-- One row per identifier of a course or user that some attempt speaks of, as record or
-- as reference (contract, section 2).

with syncs as (
    select described.*
    from {{ ref('int_distinct_syncs_described') }} as described
    inner join {{ ref('int_syncs_attempted') }} as attempted
        on described.distinct_sync_key = attempted.distinct_sync_key
),

course_references as (
    select
        course_reference_key as subject_key,
        any_value(campus_id) as campus_id,
        any_value(course_id) as course_id,
        any_value(course_mapping_id) as mapping_id,
        any_value(add_code) as add_code,
        any_value(course_name) as name
    from syncs
    where course_reference_key is not null
    group by course_reference_key
),

user_references as (
    select
        user_reference_key as subject_key,
        any_value(campus_id) as campus_id,
        any_value(user_id) as user_id,
        any_value(user_mapping_id) as mapping_id,
        any_value(issued_id) as issued_id,
        any_value(lower(email)) as email
    from syncs
    where user_reference_key is not null
    group by user_reference_key
),

-- A course name joins only attempts that have no other course identifier.
identified as (
    select
        subject_key,
        campus_id,
        'course' as record_type,
        {{ identifiers(['course_id', 'mapping_id', 'add_code', 'name']) }}
            as identifier,
        coalesce(course_id, mapping_id, add_code) is null as name_joins
    from course_references
    union all
    select
        subject_key,
        campus_id,
        'user' as record_type,
        {{ identifiers(['user_id', 'mapping_id', 'issued_id', 'email']) }}
            as identifier,
        true as name_joins
    from user_references
),

final as (
    select
        subject_key,
        campus_id,
        record_type,
        identifier.kind,
        identifier.value,
        identifier.strength,
        identifier.kind <> 'name' or name_joins as joins
    from identified
    where identifier.value is not null
)

select * from final
