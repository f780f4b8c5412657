{# Schemas are public names (marts, reports): dbt's prefix with the target's is left out. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
