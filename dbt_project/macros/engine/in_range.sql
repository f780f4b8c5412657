{# Whether an instant lies in a table macro's half-open range. #}
{% macro in_range(instant) -%}
{{ instant }} >= {{ instant_parameter('range_start') }}
and {{ instant }} < {{ instant_parameter('range_end') }}
{%- endmacro %}
