{# One row per version of each course, user, member and session, archived ones too:
while snapshots have it; valid_to_at lies far ahead while the newest has. #}
{% macro roster_sightings() -%}
{% for record_type, columns in roster_value_columns().items() -%}
select
    campus_id,
    '{{ record_type }}' as record_type,
    '{{ record_type }}s' as table_name,
    {{ columns.texts[0] }} as record_id,
    valid_from_at,
    coalesce(valid_to_at, timestamptz '9999-01-01 00:00:00+00') as valid_to_at
from {{ ref('int_' ~ record_type ~ 's_versioned') }}
{{ 'union all' if not loop.last }}
{% endfor %}
{%- endmacro %}
