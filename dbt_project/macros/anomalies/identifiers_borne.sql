{# One row per version of an active roster record and identifier that should be its own:
an e-mail address in lower case; valid_to_at is infinity while the version is newest. #}
{% macro identifiers_borne() -%}
{%- set kinds = {
    'courses': ['mapping_id', 'add_code'],
    'users': ['mapping_id', 'issued_id', 'email'],
    'course_members': ['mapping_id'],
    'attendance_sessions': ['mapping_id'],
} %}
{%- for table_name, columns in kinds.items() %}
{%- for column in columns %}
select
    campus_id,
    '{{ table_name[:-1] }}' as record_type,
    '{{ table_name }}' as table_name,
    '{{ column }}' as kind,
    {{ 'lower(email)' if column == 'email' else column }} as value,
    {{ roster_tables()[table_name].record_id }} as record_id,
    created_at,
    valid_from_at,
    coalesce(valid_to_at, 'infinity') as valid_to_at
from {{ ref('int_' ~ table_name ~ '_versioned') }}
where archived_at is null and {{ column }} is not null
{{ 'union all' if not loop.last }}
{%- endfor %}
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro %}
