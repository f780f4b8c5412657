{# The newest version of every course, user, member and session. #}
{% macro roster_records() -%}
{%- set tables = {
    'course': 'course_id', 'user': 'user_id', 'course_member': 'course_member_id',
    'attendance_session': 'attendance_id',
} %}
{% for record_type, record_id in tables.items() -%}
    select
        campus_id,
        '{{ record_type }}' as record_type,
        {{ record_id }} as record_id,
        mapping_id,
        {{ record_key("'" ~ record_type ~ "'", record_id) }} as record_key,
        created_at,
        updated_at,
        archived_at,
        valid_to_at
    from {{ ref('int_' ~ record_type ~ 's_versioned') }}
    where is_newest
    {{ 'union all' if not loop.last }}
    {% endfor -%}
{%- endmacro %}
