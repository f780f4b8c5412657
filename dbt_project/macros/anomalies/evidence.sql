{# What shows an anomaly, as one JSON object. #}
{% macro evidence(fields) -%}
to_json({{ record_of(fields) }})
{%- endmacro %}
