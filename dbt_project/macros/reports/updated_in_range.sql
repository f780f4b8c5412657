{# Whether some version of a listed record was updated in a table macro's range, later
than the record was created (contract, section 4). #}
{% macro updated_in_range(versions, record_id) -%}
exists(
    select 1
    from {{ versions }} as versions
    where
        versions.campus_id = listed.campus_id
        and versions.{{ record_id }} = listed.{{ record_id }}
        and {{ in_range('versions.updated_at') }}
        and versions.updated_at > versions.created_at
)
{%- endmacro %}
