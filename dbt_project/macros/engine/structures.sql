{# Records, lists and series: what each engine writes in its own way. #}

{# A record of named fields; records compare field by field, nulls last. #}
{% macro record_of(fields) -%}
struct_pack(
    {%- for name, value in fields.items() %}
    {{ name }} := {{ value }}{{ ',' if not loop.last }}
    {%- endfor %}
)
{%- endmacro %}

{# The given records as a list, without those whose field is null. #}
{% macro list_of(records, required_field) -%}
list_filter(
    [
        {%- for record in records %}
        {{ record }}{{ ',' if not loop.last }}
        {%- endfor %}
    ],
    lambda listed: listed.{{ required_field }} is not null
)
{%- endmacro %}

{# One row per element of a list. #}
{% macro exploded(list) -%}
unnest({{ list }})
{%- endmacro %}

{# One row per element of a list: its place, from 0. #}
{% macro exploded_places(list) -%}
generate_subscripts({{ list }}, 1) - 1
{%- endmacro %}

{# One row per date from the first to the last. #}
{% macro exploded_dates(first_date, last_date) -%}
cast(unnest(generate_series({{ first_date }}, {{ last_date }}, interval 1 day)) as date)
{%- endmacro %}

{# Columns of a row as one JSON object. #}
{% macro row_as_json(relation, columns) -%}
cast(
    to_json(
        struct_pack(
            {%- for column in columns %}
            {{ column }} := {{ relation }}.{{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        )
    ) as varchar
)
{%- endmacro %}

{# The different values of a group, as a list; with a condition, of the rows that meet
it. Many small groups are counted so for a fifth of what distinct counts take, and in
less memory: those make one table of all pairs of a group and a value. #}
{% macro distinct_list(value, condition=none) -%}
{%- set listed = 'list(' ~ value ~ ')' -%}
{%- if condition -%}
coalesce(list_distinct({{ listed }} filter (where {{ condition }})), [])
{%- else -%}
list_distinct({{ listed }})
{%- endif -%}
{%- endmacro %}

{# The elements that two lists share, each once. #}
{% macro shared_elements(list, other) -%}
list_intersect({{ list }}, {{ other }})
{%- endmacro %}

{# How many elements a list has. #}
{% macro element_count(list) -%}
cast(len({{ list }}) as bigint)
{%- endmacro %}
