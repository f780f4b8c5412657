{# How params are taken apart and put together again (contract, sections 2 and 3).

Landing left JSON text without white space; a number whose text a JSON reader would
change (1e0, 1.10, -0) stands in it as a string behind the mark \u0001#. #}

{# The top-level keys of a JSON object, each with its value as JSON text. #}
{% macro params_map(json_object) -%}
from_json({{ json_object }}, '"MAP(VARCHAR,JSON)"')
{%- endmacro %}

{# The fingerprint: keys in code-point order, null and empty strings left out, strings
trimmed, everything else by its JSON text. #}
{% macro fingerprint(map) -%}
{{ unmarked(marked_fingerprint(map)) }}
{%- endmacro %}

{# The same with its marks, so that it can be read again as JSON. #}
{% macro marked_fingerprint(map) -%}
'{' || coalesce(array_to_string(
    list_transform(
        list_sort(
            list_filter(
                list_transform(
                    map_entries({{ map }}),
                    lambda entry: struct_pack(
                        key := entry.key,
                        value := case
                            when starts_with(entry.value, '"')
                                then to_json(
                                    {{ trimmed("json_extract_string(entry.value, '$')") }}
                                )
                            else entry.value
                        end
                    )
                ),
                lambda entry: coalesce(entry.value, 'null') not in ('null', '""')
            )
        ),
        lambda entry: to_json(entry.key) || ':' || entry.value
    ),
    ','
), '') || '}'
{%- endmacro %}

{# JSON text whose marked numbers stand there bare again. #}
{% macro unmarked(json_text) -%}
regexp_replace({{ json_text }}, '"\\u0001#([^"]*)"', '\1', 'g')
{%- endmacro %}

{# What a request gave under a key, as text: a string trimmed, a number by its JSON
text; true, false, arrays and objects are absent, and so is an empty string. #}
{% macro given(map, key) -%}
case
    when starts_with({{ map }}['{{ key }}'], '"')
        then nullif(
            {{ trimmed(
                "replace(json_extract_string(" ~ map ~ "['" ~ key ~ "'], '$'), "
                ~ "chr(1) || '#', '')"
            ) }},
            ''
        )
    when regexp_matches({{ map }}['{{ key }}'], '^[-0-9]')
        then cast({{ map }}['{{ key }}'] as varchar)
end
{%- endmacro %}

{# Space, tab, CR and LF. #}
{% macro trimmed(text) -%}
trim({{ text }}, ' ' || chr(9) || chr(10) || chr(13))
{%- endmacro %}

{# The elements of a JSON array, each as JSON text; null where there is no array. #}
{% macro json_elements(json_array) -%}
case
    when json_type({{ json_array }}) = 'ARRAY' then from_json({{ json_array }}, '["JSON"]')
end
{%- endmacro %}

{# A text field of a JSON object, trimmed, null when empty. #}
{% macro json_field(json_object, field) -%}
nullif(
    {{ trimmed(
        "replace(json_extract_string(" ~ json_object ~ ", '$." ~ field ~ "'), "
        ~ "chr(1) || '#', '')"
    ) }},
    ''
)
{%- endmacro %}

{# Values that identify nothing though they were given (true, false, arrays, objects),
by key, as JSON text; null when there are none, which is nearly always. #}
{% macro unidentifying_values(map, params) -%}
case
    -- One look at the text spares nearly all of them the walk.
    when regexp_matches({{ params }}, ':(true|false|[\\[{])')
        then map_from_entries(
            nullif(
                list_transform(
                    list_filter(
                        map_entries({{ map }}),
                        lambda entry: regexp_matches(
                            entry.value, '^(true|false|[\\[{])'
                        )
                    ),
                    lambda entry: struct_pack(
                        key := entry.key,
                        value := {{ unmarked('cast(entry.value as varchar)') }}
                    )
                ),
                []
            )
        )
end
{%- endmacro %}
