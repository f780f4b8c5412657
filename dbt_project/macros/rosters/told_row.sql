{# Where a row stands, as every message on it begins. #}
{% macro told_row(row) -%}
{{ row }}.file_name || ', line ' || {{ row }}.line_number || ': '
{%- endmacro %}
