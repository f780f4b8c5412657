{# What a list tells of a record in a table macro's range (contract, section 4); the
query calls the record `listed`. #}
{% macro list_flags(versions, record_id) -%}
listed.created_at < {{ instant_parameter('range_start') }} as existed_before,
{{ in_range('listed.created_at') }} as created_in_range,
exists(
    select 1
    from {{ versions }} as versions
    where
        versions.campus_id = listed.campus_id
        and versions.{{ record_id }} = listed.{{ record_id }}
        and {{ in_range('versions.updated_at') }}
        and versions.updated_at > versions.created_at
) as updated_in_range,
listed.archived_at is not null as is_archived
{%- endmacro %}
