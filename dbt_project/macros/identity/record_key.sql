{# The key of a roster record (contract, section 2). #}
{% macro record_key(record_type, record_id) -%}
{{ record_type }} || ':' || {{ printable(record_id) }}
{%- endmacro %}
