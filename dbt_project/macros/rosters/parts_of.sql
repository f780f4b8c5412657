{# The parts of a value that is a list, each once, as landing takes it apart: white space
around a part is none of it. #}
{% macro parts_of(value) -%}
list_distinct(list_transform(
    string_split({{ value }}, ','),
    lambda part: trim(
        part, ' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(160)
    )
))
{%- endmacro %}
