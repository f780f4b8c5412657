{# Finds spans of one record that overlap or last no time. Spans are half-open, so one may
begin where the other ends; an open end (null) lasts for ever. #}
{% test no_overlap(model, record_columns, starts, ends) %}
with followed as (
    select
        {{ record_columns | join(', ') }},
        {{ starts }} as span_starts,
        {{ ends }} as span_ends,
        lead({{ starts }}) over (
            partition by {{ record_columns | join(', ') }}
            order by {{ starts }}, {{ ends }}
        ) as next_starts
    from {{ model }}
)

select *
from followed
where
    span_starts is null
    or span_starts >= span_ends
    or next_starts < coalesce(span_ends, 'infinity')
{% endtest %}
