{# A date that a request gave: YYYY-MM-DD, else absent. #}
{% macro calendar_date(text) -%}
case
    when
        regexp_full_match({{ text }}, '[0-9]{4}-[0-9]{2}-[0-9]{2}')
        and not starts_with({{ text }}, '0000')
        and try_cast({{ text }} as date) is not null
        then {{ text }}
end
{%- endmacro %}

{# A time of day that a request gave: H:MM or HH:MM with or without :SS, as HH:MM, with
seconds only when there are any; else absent. #}
{% macro time_of_day(text) -%}
case
    when regexp_full_match({{ text }}, '([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?')
        then regexp_replace(
            case when {{ text }} like '_:%' then '0' || {{ text }} else {{ text }} end,
            '^(.{5}):00$',
            '\1'
        )
end
{%- endmacro %}

{# Wall-clock timestamp to the spellings that the two above give. #}
{% macro local_date_text(local_at) -%}
strftime({{ local_at }}, '%Y-%m-%d')
{%- endmacro %}

{% macro local_time_text(local_at) -%}
regexp_replace(
    regexp_replace(strftime({{ local_at }}, '%H:%M:%S.%f'), '\.000000$', ''),
    '^(.{5}):00$',
    '\1'
)
{%- endmacro %}
