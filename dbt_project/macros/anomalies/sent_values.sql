{# What a distinct sync gave, as a list of (name, value): texts and numbers as text, a
list as its texts with ; between, nothing else. #}
{% macro sent_values(params) -%}
list_transform(
    map_entries({{ params_map(params) }}),
    lambda entry: struct_pack(
        name := entry.key,
        value := case
            when starts_with(entry.value, '"')
                then json_extract_string(entry.value, '$')
            when starts_with(entry.value, '[')
                then array_to_string(
                    json_extract_string(entry.value, '$[*]'), ';'
                )
            when regexp_matches(entry.value, '^[-0-9]')
                then cast(entry.value as varchar)
        end
    )
)
{%- endmacro %}
