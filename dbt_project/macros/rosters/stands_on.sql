{# Columns of the landed row that a record stands on; one that is not sound is looked at
in every import, so that the record stands on none. #}
{% macro stands_on(row, is_invalid) -%}
case when not {{ is_invalid }} then {{ row }}.row_key end as row_key,
        case when not {{ is_invalid }} then {{ row }}.landed_in end as landed_in,
        case when not {{ is_invalid }} then {{ row }}.landed_line end as landed_line,
        {{ row }}.filled,
        {{ row }}.referred_orgs,
        {{ row }}.referred_academicsessions,
        {{ row }}.referred_courses,
        {{ row }}.referred_classes,
        {{ row }}.referred_users
{%- endmacro %}
