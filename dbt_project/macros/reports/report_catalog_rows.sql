{# One row per report, from the graph's own nodes. #}
{% macro report_catalog_rows() -%}
{%- if not execute %}
select null as name
{%- else -%}
with catalog (name, title, description, parameters, columns, default_order) as (
    values
    {%- for node in graph.nodes.values() | sort(attribute='alias')
        if node.resource_type == 'model' and node.schema == 'reports'
        and node.config.materialized != 'table_function' %}
    {{ ',' if not loop.first }}
    (
        {{ _literal(node.alias) }},
        {{ _literal(node.config.meta.title) }},
        {{ _literal(node.description) }},
        {{ _literal(tojson(node.config.meta.get('parameters', []))) }},
        {{ _literal(_columns_json(node)) }},
        {{ _literal(tojson(
            node.config.meta.order | select('in', node.columns.keys() | list) | list
        )) }}
    )
    {%- endfor %}
)

select
    name,
    title,
    description,
    cast(parameters as json) as parameters,
    cast(columns as json) as columns,
    cast(default_order as json) as default_order,
from catalog
order by name asc
{%- endif -%}
{%- endmacro %}

{% macro _literal(text) -%}
'{{ text | trim | replace("'", "''") }}'
{%- endmacro %}

{% macro _columns_json(node) -%}
{%- set columns = [] -%}
{%- for column in node.columns.values() -%}
{%- do columns.append({
    'name': column.name,
    'type': column.data_type,
    'description': column.description | trim,
}) -%}
{%- endfor -%}
{{ return(tojson(columns)) }}
{%- endmacro %}
