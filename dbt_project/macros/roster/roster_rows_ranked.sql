{# One row per row of a snapshot; snapshot_rank 1 is the row that counts.

Of rows with one id in one snapshot the latest updated_at counts, then the greatest by
the other columns in the table's order, nulls first (contract, section 1). Few ids come
twice, found by hashes: only those are sorted, by all their columns. #}
{% macro roster_rows_ranked(table_name) -%}
{%- set columns = roster_tables()[table_name].columns -%}
{%- set record_id = roster_tables()[table_name].record_id -%}
{%- set record_columns = ['campus_id', record_id] | unique | list -%}
{%- set id_hash = 'hash(snapshot_at, ' ~ record_columns | join(', ') ~ ')' -%}
with landed as (
    select
        {{ columns | join(',\n        ') }},
        _landed_file,
        _source_line,
    from {{ ref('stg_platform__' ~ table_name) }}
),

readings as (
    select
        _landed_file,
        snapshot_at,
        min(_batch) as _batch,
    from {{ ref('stg_landing__readings') }}
    where
        table_name = '{{ table_name }}'
        and outcome in ('landed', 'referenced')
    group by _landed_file, snapshot_at
),

placed as not materialized (
    select
        landed.*,
        readings.snapshot_at,
        {{ content_key(columns) }} as row_key,
    from landed
    inner join readings
        on landed._landed_file = readings._landed_file
),

repeated_ids as (
    select {{ id_hash }} as id_hash
    from placed
    group by id_hash
    having count(*) > 1
),

repeated as (
    select placed.*
    from placed
    semi join repeated_ids
        on {{ id_hash }} = repeated_ids.id_hash
),

single as (
    select placed.*
    from placed
    anti join repeated_ids
        on {{ id_hash }} = repeated_ids.id_hash
),

final as (
    select
        *,
        1 as snapshot_rank,
        true as equals_winner,
    from single
    union all
    select
        *,
        row_number() over best_first as snapshot_rank,
        row_key = first_value(row_key) over best_first as equals_winner,
    from repeated
    window best_first as (
        partition by snapshot_at, {{ record_columns | join(', ') }}
        order by
            {% if 'updated_at' in columns %}updated_at desc nulls last,{% endif %}
            {% for column in columns %}
            {{ column }} desc nulls last,
            {% endfor %}
            _landed_file asc,
            _source_line asc
    )
)

select * from final
{%- endmacro %}
