{# A report's table: its own function for the run's range, all campuses, in its order.
Table and function come from one definition, so they cannot drift. #}
{% macro report_table(report) -%}
select *
from {{ ref('rpt_' ~ report ~ '_between') }}(
    null,
    {{ run_instant('range_start') }},
    {{ run_instant('range_end') }}
)
{%- endmacro %}
