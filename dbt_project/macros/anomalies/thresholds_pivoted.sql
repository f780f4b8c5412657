{# The thresholds that a campus wants otherwise, a column each. #}
{% macro thresholds_pivoted() -%}
{%- for name in var('anomaly_thresholds') %}
max(threshold_value) filter (where threshold = '{{ name }}') as {{ name }}
{{- ',' if not loop.last }}
{%- endfor %}
{%- endmacro %}
