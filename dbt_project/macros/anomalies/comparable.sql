{# A value as the seed roster_param_columns says to compare it; null is not compared. #}
{% macro comparable(comparison, value) -%}
case {{ comparison }}
    when 'email' then lower({{ value }})
    when 'date' then {{ calendar_date(value) }}
    when 'time' then {{ time_of_day(value) }}
    when 'list'
        then array_to_string(list_sort(string_split({{ value }}, ';')), ';')
    else {{ value }}
end
{%- endmacro %}
