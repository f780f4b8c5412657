{# The instant that a text means; without an offset it is on the clock of a zone. #}
{% macro instant_in_zone(text, zone) -%}
case
    when regexp_matches({{ text }}, ':[0-9.]+ ?(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?)$')
        then try_cast({{ text }} as timestamptz)
    else timezone({{ zone }}, try_cast({{ text }} as timestamp))
end
{%- endmacro %}
