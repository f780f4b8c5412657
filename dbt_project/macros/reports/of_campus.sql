{# Whether a row is of the campus that a table macro was asked for; null means all. #}
{% macro of_campus(column='campus_id') -%}
(campus is null or {{ column }} = campus)
{%- endmacro %}
