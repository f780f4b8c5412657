{# A value as it may stand in a record_key: control characters and backslashes as JSON
escapes. Different values stay different. #}
{% macro printable(value) -%}
case
    when regexp_matches({{ value }}, '[\x00-\x1f\\]')
        then regexp_extract(cast(to_json({{ value }}) as varchar), '^"(.*)"$', 1)
    else {{ value }}
end
{%- endmacro %}
