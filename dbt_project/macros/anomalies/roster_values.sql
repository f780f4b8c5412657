{# One row per active roster record, its columns by name in a map. #}
{% macro roster_values() -%}
{% for record_type, columns in roster_value_columns().items() -%}
select
    roster.campus_id,
    '{{ record_type }}' as record_type,
    roster.{{ columns.texts[0] }} as record_id,
    {{ _held(columns) }} as held
from {{ ref('dim_' ~ record_type ~ 's') }} as roster
left join {{ ref('dim_campuses') }} as campuses
    on roster.campus_id = campuses.campus_id
where roster.archived_at is null and not roster.is_deleted
{{ 'union all' if not loop.last }}
{% endfor %}
{%- endmacro %}

{% macro _held(columns) -%}
map {
    {%- for column in columns.texts %}
    '{{ column }}': roster.{{ column }},
    {%- endfor %}
    {%- for column, name in columns.instants.items() %}
    {%- set local_at
        = "timezone(coalesce(campuses.time_zone, 'UTC'), roster." ~ column ~ ")" %}
    '{{ name }}_date': {{ local_date_text(local_at) }},
    '{{ name }}_time': {{ local_time_text(local_at) }},
    {%- endfor %}
    'campus_id': roster.campus_id
}
{%- endmacro %}
