{# Roster rows whose id stands in their snapshot with other content that counts. #}
{% macro roster_rows_rejected() -%}
{% for table_name, table in roster_tables().items() -%}
{%- set record_id = table.record_id -%}
select distinct
    '{{ table_name }}' as table_name,
    readings.source_file,
    '{{ record_id }} ''' || ranked.{{ record_id }}
    || ''' stands twice in the snapshot' as reason,
    {{ row_as_json('ranked', table.columns) }} as raw_text,
    ranked._source_line as line_number,
from {{ ref('int_' ~ table_name ~ '_ranked') }} as ranked
inner join {{ ref('stg_landing__readings') }} as readings
    on
        ranked._landed_file = readings._landed_file
        and readings.outcome = 'landed'
where ranked.snapshot_rank > 1 and not ranked.equals_winner
{{ 'union all' if not loop.last }}
{% endfor %}
{%- endmacro %}
