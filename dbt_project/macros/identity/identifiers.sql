{# One row per identifier that a row has: (kind, value, strength), strongest first. #}
{% macro identifiers(kinds) -%}
{{ exploded(identifiers_list(kinds)) }}
{%- endmacro %}
