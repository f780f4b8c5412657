{# The rows of an Echo360 report with their window, typed as its yml says. #}
{% macro engagement_rows(report) -%}
select
    campus_id,
    window_start,
    {%- if execute %}
    {%- for column in _report_node('engagement_' ~ report).columns.values()
        if column.name != 'campus_id' %}
    cast(content ->> '$.{{ column.name }}' as {{ column.data_type }})
        as "{{ column.name }}",
    {%- endfor %}
    {%- endif %}
from {{ ref('fct_engagement_rows') }}
where report = '{{ report }}'
{%- endmacro %}
