{# The fields of a JSON object of texts, as a map. #}
{% macro fields_of(content) -%}
cast(cast({{ content }} as json) as map (varchar, varchar))
{%- endmacro %}
