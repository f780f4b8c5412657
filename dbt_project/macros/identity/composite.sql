{# Printable parts joined by |, null when a part is; a | inside a part is escaped, so
that different parts never make the same value. #}
{% macro composite(parts) -%}
{% for part in parts -%}
replace({{ part }}, '|', '\u007c'){{ " || '|' || " if not loop.last }}
{%- endfor %}
{%- endmacro %}
