{# Whether a list holds a record: it stands in the newest snapshot, and was created or
updated in the days before as_of that lists look back (contract, section 4). #}
{% macro is_listed() -%}
not is_deleted
and {{ of_campus() }}
and (
    {% for instant in ['created_at', 'updated_at'] -%}
    (
        {{ instant }} >= {{ run_instant('as_of') }} - to_days(cast(lookback_days as integer))
        and {{ instant }} < {{ run_instant('as_of') }}
    ){{ ' or ' if not loop.last }}
    {%- endfor %}
)
{%- endmacro %}
