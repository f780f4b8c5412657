{# The identifiers that a row has, strongest first, as a list. #}
{% macro identifiers_list(kinds) -%}
list_filter(
    [
        {%- for kind in kinds %}
        struct_pack(
            kind := '{{ kind }}',
            value := {{ kind if kind in ('pair', 'slot', 'user_attendance', 'user_record')
                else printable(kind) }},
            strength := {{ loop.index }}
        ){{ ',' if not loop.last }}
        {%- endfor %}
    ],
    lambda identifier: identifier.value is not null
)
{%- endmacro %}
