{# One row per version of each course, user, member and session: a hash of what a request
may set, and of whether and when it was archived and updated. #}
{% macro roster_version_hashes() -%}
{% for record_type, columns in roster_value_columns().items() -%}
select
    campus_id,
    '{{ record_type }}' as record_type,
    {{ columns.texts[0] }} as record_id,
    hash({{ columns.texts | join(', ') }}
        {%- for column in columns.instants %}, {{ column }}{% endfor -%}
        , updated_at, archived_at is null) as content_hash
from {{ ref('int_' ~ record_type ~ 's_versioned') }}
{{ 'union all' if not loop.last }}
{% endfor %}
{%- endmacro %}
