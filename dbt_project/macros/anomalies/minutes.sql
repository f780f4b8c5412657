{# Minutes that a request gave, as a number; null when it is none that can be added. #}
{% macro minutes(text) -%}
case
    when isfinite(try_cast({{ text }} as double)) then try_cast({{ text }} as double)
end
{%- endmacro %}
