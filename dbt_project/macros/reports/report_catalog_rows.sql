{# One row per report, from the graph's own nodes. #}
{% macro report_catalog_rows() -%}
{%- if not execute %}
select null as name
{%- else -%}
with catalog (
    name, title, description, parameters, columns, default_order, row_key, drill_downs,
    placement
) as (
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
        {{ _literal(_order_json(node)) }},
        {{ _literal(tojson(_row_key(node))) }},
        {{ _literal(tojson(node.config.meta.get('drill_downs', []))) }},
        {{ _literal(tojson(node.config.meta.get('placement', {}))) }}
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
    cast(row_key as json) as row_key,
    cast(drill_downs as json) as drill_downs,
    cast(placement as json) as placement,
from catalog
order by name asc
{%- endif -%}
{%- endmacro %}

{% macro _literal(text) -%}
'{{ text | trim | replace("'", "''") }}'
{%- endmacro %}

{# What is unique in a report, by its own test; without one, all that it has: rows of
events that were logged twice are equal in everything. #}
{% macro _row_key(node) -%}
{%- set keys = graph.nodes.values()
    | selectattr('resource_type', 'equalto', 'test')
    | selectattr('attached_node', 'equalto', node.unique_id)
    | selectattr('test_metadata.name', 'equalto', 'unique_combination')
    | map(attribute='test_metadata.kwargs.columns') | list -%}
{{ return(keys[0] if keys else node.columns.keys() | list) }}
{%- endmacro %}

{# Of the default order what the report shows. #}
{% macro _order_json(node) -%}
{%- set order = [] -%}
{%- for term in node.config.meta.order if term.split(' ')[0] in node.columns -%}
{%- do order.append(term) -%}
{%- endfor -%}
{{ return(tojson(order)) }}
{%- endmacro %}

{% macro _columns_json(node) -%}
{%- set columns = [] -%}
{%- for column in node.columns.values() -%}
{%- do columns.append({
    'name': column.name,
    'type': column.data_type,
    'description': column.description | trim,
    'is_personal': column.name in node.config.meta.get('personal', []),
}) -%}
{%- endfor -%}
{{ return(tojson(columns)) }}
{%- endmacro %}
