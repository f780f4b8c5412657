{# The fields that two maps of texts differ in: a list of field, old and new, by name. A
field that one of them lacks is null there. #}
{% macro changed_fields(old, new) -%}
list_transform(
    list_sort(list_distinct(list_transform(
        list_filter(
            list_concat(map_entries({{ old }}), map_entries({{ new }})),
            lambda entry: {{ old }}[entry.key] is distinct from {{ new }}[entry.key]
        ),
        lambda entry: entry.key
    ))),
    lambda name: struct_pack(
        field := name, old := {{ old }}[name], new := {{ new }}[name]
    )
)
{%- endmacro %}
