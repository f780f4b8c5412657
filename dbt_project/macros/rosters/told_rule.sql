{# What a broken rule says of a row: where it stands, then the rule's message with its
column and the value. #}
{% macro told_rule(row, rule, value) -%}
{{ told_row(row) }}
|| replace(
    replace({{ rule }}.message, '{column}', {{ rule }}.column_name),
    '{value}',
    left({{ value }}, 100)
)
{%- endmacro %}
