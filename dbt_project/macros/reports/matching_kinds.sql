{# The names of those columns that hold the identifier wanted; an e-mail address counts
only for who may see one. `renamed` says which column bears a kind's name. #}
{% macro matching_kinds(kinds, renamed={}) -%}
{%- if not kinds -%}
cast([] as varchar [])
{%- else -%}
list_filter(
    [
        {%- for kind in kinds %}
        case when {{ _matches(kind, renamed) }} then '{{ kind }}' end
        {{- ',' if not loop.last }}
        {%- endfor %}
    ],
    lambda kind: kind is not null
)
{%- endif -%}
{%- endmacro %}

{# Whether any of the columns holds the identifier wanted. #}
{% macro matches_any(kinds, renamed={}) -%}
(
    {%- for kind in kinds %}
    {{ _matches(kind, renamed) }}{{ ' or' if not loop.last }}
    {%- endfor %}
)
{%- endmacro %}

{% macro _matches(kind, renamed) -%}
{{ 'with_personal and ' if kind == 'email' -}}
lower({{ renamed.get(kind, kind) }}) = lower(trim(wanted))
{%- endmacro %}
