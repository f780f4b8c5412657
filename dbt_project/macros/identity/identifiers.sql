{# Identifiers, strongest first, as rows of (kind, value, strength); null where absent.
Composite values are printable already. #}
{% macro identifiers(kinds, composites=[]) -%}
unnest([
    {%- for kind in kinds + composites %}
    struct_pack(
        kind := '{{ kind }}',
        value := {{ kind if kind in composites else printable(kind) }},
        strength := {{ loop.index }}
    ){{ ',' if not loop.last }}
    {%- endfor %}
])
{%- endmacro %}
