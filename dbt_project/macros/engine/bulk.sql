{# How a bulk request is taken apart (contract, section 1). #}

{# The elements of a bulk request, each as a JSON object: its sessions, then its ids. #}
{% macro bulk_elements(params) -%}
list_concat(
    coalesce({{ json_elements("json_extract(" ~ params ~ ", '$.sessions')") }}, []),
    list_transform(
        coalesce(
            {{ json_elements("json_extract(" ~ params ~ ", '$.attendanceIDs')") }}, []
        ),
        lambda id: '{"attendanceID":' || id || '}'
    )
)
{%- endmacro %}

{# What a bulk request's elements share: its params but for the arrays. #}
{% macro bulk_shared_map(map) -%}
map_from_entries(
    list_filter(
        map_entries({{ map }}),
        lambda entry: entry.key not in ('sessions', 'attendanceIDs')
    )
)
{%- endmacro %}

{# Params with others over them: a key that the others have wins, also with null. #}
{% macro merged_map(map, winning_map) -%}
map_concat({{ map }}, {{ winning_map }})
{%- endmacro %}

{# The element of a JSON array at a place counted from 0; null where there is none. #}
{% macro json_element_at(json_array, place) -%}
nullif({{ json_elements(json_array) }}[{{ place }} + 1], 'null')
{%- endmacro %}
