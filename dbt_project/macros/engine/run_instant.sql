{# The instant that a run variable (as_of, range_start, range_end) holds. #}
{% macro run_instant(name) -%}
cast('{{ var(name) }}' as timestamp with time zone)
{%- endmacro %}
