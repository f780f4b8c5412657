{# What all rules found. #}
{% macro anomalies_united() -%}
{% for rule in anomaly_rules() -%}
    select
        '{{ rule }}' as rule,
        *
    from {{ ref('int_anomalies_' ~ rule) }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
{%- endmacro %}
