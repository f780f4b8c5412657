{# Whether a campus expects no regular syncs on a day of its calendar. #}
{% macro is_blackout(campus_id, day) -%}
exists(
            select 1
            from {{ ref('blackout_periods') }} as blackouts
            where
                coalesce(blackouts.campus_id, {{ campus_id }}) = {{ campus_id }}
                and {{ day }} between blackouts.from_date and blackouts.to_date
        )
{%- endmacro %}
