{# The user whose schools are those of a row or record: of what is about a user, and of a
user itself where its roles name them; else null. #}
{% macro schooled_user_id(row) -%}
case
    when {{ row }}.data_type in ('demographics', 'userProfiles') then {{ row }}.user_id
    when {{ row }}.data_type = 'users' and {{ row }}.has_role_schools
        then {{ row }}.record_id
end
{%- endmacro %}
