{# The public columns of a report in their order, as its yml lists them; of names the
relation where a parameter of the table macro has a column's name. #}
{% macro report_columns(report, of=none) -%}
{%- if execute -%}
{%- for column in _report_node(report).columns -%}
{{ of ~ '.' if of }}{{ column }}{{ ',\n    ' if not loop.last }}
{%- endfor -%}
{%- else -%}
*
{%- endif -%}
{%- endmacro %}

{# The default order of a report, as its yml says, a column's name followed by desc where
the last comes first; nulls last, everywhere. #}
{% macro report_order(report) -%}
{%- if execute -%}
{%- for column in _report_node(report).config.meta.order -%}
{{ column }}{{ ' asc' if not column.endswith(' desc') }} nulls last{{ ',\n    ' if not loop.last }}
{%- endfor -%}
{%- else -%}
all
{%- endif -%}
{%- endmacro %}

{% macro _report_node(report) -%}
{{ return(graph.nodes['model.rollbook.rpt_' ~ report]) }}
{%- endmacro %}
