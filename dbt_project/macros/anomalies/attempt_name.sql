{# What an anomaly's id hashes of the attempt that first showed it. #}
{% macro attempt_name(relation) -%}
concat_ws('|', {{ relation }}.request_id, {{ relation }}.item)
{%- endmacro %}
