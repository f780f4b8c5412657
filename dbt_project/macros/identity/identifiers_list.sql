{# The identifiers that a row has, strongest first, as a list of (kind, value, strength);
each kind is a column. A composite's value is printable already. #}
{% macro identifiers_list(kinds) -%}
{%- set composites = ['pair', 'slot', 'user_attendance', 'user_record'] -%}
{%- set records = [] -%}
{%- for kind in kinds -%}
{%- do records.append(record_of({
    'kind': "'" ~ kind ~ "'",
    'value': kind if kind in composites else printable(kind),
    'strength': loop.index,
})) -%}
{%- endfor -%}
{{ list_of(records, required_field='value') }}
{%- endmacro %}
