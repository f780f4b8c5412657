{# Finds the conditions, given by name, that some row breaks, and says how many rows do.
All are looked at in one scan. A condition that comes to null is broken. #}
{% test every_row(model, conditions) %}
with broken as (
    select
        {%- for name, condition in conditions.items() %}
        count(*) filter (where not coalesce({{ condition }}, false)) as {{ name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ model }}
)

select
    condition,
    row_count
from (
    unpivot broken
    on {{ conditions | join(', ') }}
    into
    name condition
    value row_count
)
where row_count > 0
{% endtest %}
