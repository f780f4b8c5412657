{# A threshold of a rule: the campus's own, from the relation `thresholds`, else dbt's
var. #}
{% macro threshold(name) -%}
coalesce(thresholds.{{ name }}, {{ var('anomaly_thresholds')[name] }})
{%- endmacro %}
