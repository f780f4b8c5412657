{# The versions of a dimension's records that were valid at a table macro's instant. #}
{% macro roster_as_of(versions) -%}
select * exclude (is_current)
from {{ versions }}
where
    valid_from_at <= {{ instant_parameter('instant') }}
    and (valid_to_at is null or valid_to_at > {{ instant_parameter('instant') }})
{%- endmacro %}
