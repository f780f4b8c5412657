{# The minutes since 1970 of an instant: a whole number groups faster than an instant. #}
{% macro minute_number(instant) -%}
epoch_us({{ instant }}) // 60000000
{%- endmacro %}
