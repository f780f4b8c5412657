{# Finds keys that stand more than once, and keys of which a part is missing. #}
{% test unique_combination(model, columns, nullable=[]) %}
{%- set key = columns | join(', ') -%}
select
    {{ key }},
    count(*) as row_count
from {{ model }}
group by {{ key }}
having
    count(*) > 1
    {%- for column in columns if column not in nullable %}
    or {{ column }} is null
    {%- endfor %}
{% endtest %}
