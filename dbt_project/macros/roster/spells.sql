{# One row per key and unbroken span of its rows: those that follow each other without a
gap are one spell. Ends are infinity while the newest snapshot has the row. #}
{% macro spells(relation, keys) -%}
select
    {{ keys | join(',\n    ') }},
    min(valid_from_at) as begins_at,
    max(coalesce(valid_to_at, 'infinity')) as ends_at
from (
    select
        *,
        count_if(not continues_spell) over (
            partition by {{ keys | join(', ') }}
            order by valid_from_at
        ) as spell_no
    from (
        select
            *,
            coalesce(
                lag(valid_to_at) over (
                    partition by {{ keys | join(', ') }}
                    order by valid_from_at
                ) = valid_from_at,
                false
            ) as continues_spell
        from {{ relation }}
    ) as compared
) as numbered
group by
    {{ keys | join(',\n    ') }},
    spell_no
{%- endmacro %}
