{# How many rows meet a condition, where a line may stand for many alike. #}
{% macro summed_rows(condition) -%}
cast(coalesce(sum(row_count) filter (where {{ condition }}), 0) as bigint)
{%- endmacro %}
