{# One row per active version of the records that the relation names, its columns by name
in a map; valid_to_at is infinity while the version is newest. #}
{% macro roster_version_values(relation) -%}
{% for record_type, columns in roster_value_columns().items() -%}
select
    roster.campus_id,
    '{{ record_type }}' as record_type,
    roster.{{ columns.texts[0] }} as record_id,
    roster.valid_from_at,
    coalesce(roster.valid_to_at, 'infinity') as valid_to_at,
    roster.created_at,
    roster.updated_at,
    {{ _held(columns) }} as held
from {{ ref('int_' ~ record_type ~ 's_versioned') }} as roster
left join {{ ref('dim_campuses') }} as campuses
    on roster.campus_id = campuses.campus_id
semi join {{ relation }} as named
    on
        named.record_type = '{{ record_type }}'
        and roster.campus_id = named.campus_id
        and roster.{{ columns.texts[0] }} = named.record_id
where roster.archived_at is null
{{ 'union all' if not loop.last }}
{% endfor %}
{%- endmacro %}
