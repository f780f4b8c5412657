{# Whether a record was created or updated in the days before as_of that lists hold. #}
{% macro in_lookback() -%}
(
    {% for instant in ['created_at', 'updated_at'] -%}
    (
        {{ instant }} >= {{ run_instant('as_of') }} - to_days(cast(lookback_days as integer))
        and {{ instant }} < {{ run_instant('as_of') }}
    ){{ ' or ' if not loop.last }}
    {%- endfor %}
)
{%- endmacro %}
