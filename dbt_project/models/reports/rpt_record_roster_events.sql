{{ config(
    materialized='table_function',
    alias='record_roster_events',
    parameters=['campus', 'wanted_key'],
    contract={'enforced': false},
    persist_docs={},
) }}
-- One row per time that a roster record came, changed or went. Content is the record as
-- JSON from then on, previous_content as it was before.
{%- set records = {
    'course': ('courses', 'course_id', [
        'mapping_id', 'add_code', 'name', 'title', 'instructor_name',
        'attendance_name', 'meeting_days', 'starts_at', 'ends_at',
    ]),
    'user': ('users', 'user_id', [
        'mapping_id', 'issued_id', 'email', 'first_name', 'last_name', 'user_type',
        'last_activity_at',
    ]),
    'course_member': ('course_members', 'course_member_id', [
        'mapping_id', 'course_id', 'user_id',
    ]),
    'attendance_session': ('attendance_sessions', 'attendance_id', [
        'mapping_id', 'course_id', 'starts_at', 'ends_at',
    ]),
} %}

with versions as (
    {% for record_type, (plural, record_id, columns) in records.items() -%}
        select
            campus_id,
            valid_from_at,
            valid_to_at,
            {{ row_as_json(
                'versions',
                [record_id] + columns + ['created_at', 'updated_at', 'archived_at'],
            ) }} as content
        from {{ ref('dim_' ~ plural ~ '_versions') }} as versions
        where
            {{ of_campus() }}
            and starts_with(wanted_key, '{{ record_type }}:')
            and {{ record_id }} = substr(wanted_key, {{ record_type | length + 2 }})
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

in_order as (
    select
        *,
        lag(content) over (
            partition by campus_id order by valid_from_at
        ) as previous_content,
        lead(valid_from_at) over (
            partition by campus_id order by valid_from_at
        ) as next_valid_from_at
    from versions
),

final as (
    select
        campus_id,
        valid_from_at as happened_at,
        content,
        previous_content
    from in_order
    union all
    select
        campus_id,
        valid_to_at as happened_at,
        null as content,
        content as previous_content
    from in_order
    where
        valid_to_at is not null
        and valid_to_at is distinct from next_valid_from_at
)

select * from final
