{# The schools of a user: of version 1.1 those of its own column, of 1.2 also those of
its roles, each once; null when it has none. #}
{% macro user_school_ids(user, roles) -%}
case
    when {{ user }}.has_role_schools
        then list_sort(list_distinct(
            list_concat({{ user }}.own_school_ids, {{ roles }}.school_ids)
        ))
    else {{ user }}.own_school_ids
end
{%- endmacro %}
