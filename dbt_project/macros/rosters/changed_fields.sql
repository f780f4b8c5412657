{# The fields that two JSON objects of texts differ in: a list of field, old and new,
by name. A field that one of them lacks is null there. #}
{% macro changed_fields(old, new) -%}
list_filter(
    list_transform(
        list_sort(list_distinct(list_concat(json_keys({{ old }}), json_keys({{ new }})))),
        lambda name: struct_pack(
            field := name,
            old := json_extract_string({{ old }}, '$."' || name || '"'),
            new := json_extract_string({{ new }}, '$."' || name || '"')
        )
    ),
    lambda compared: compared.old is distinct from compared.new
)
{%- endmacro %}
