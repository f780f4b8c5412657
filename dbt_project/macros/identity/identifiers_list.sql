{# The identifiers that a row has, strongest first, as a list of (kind, value, strength).
A composite's value is printable already; composites that are no kinds follow them. #}
{% macro identifiers_list(kinds, composites=[]) -%}
{%- set records = [] -%}
{%- for kind in kinds + (composites | reject('in', kinds) | list) -%}
{%- do records.append(record_of({
    'kind': "'" ~ kind ~ "'",
    'value': kind if kind in composites else printable(kind),
    'strength': loop.index,
})) -%}
{%- endfor -%}
{{ list_of(records, required_field='value') }}
{%- endmacro %}
