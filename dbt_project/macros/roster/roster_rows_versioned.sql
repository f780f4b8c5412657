{# One row per version of a roster record: the span of consecutive snapshots in which
its row stays the same. valid_to_at is the time of the first snapshot that has another
row or none; null while the newest snapshot has it. Snapshots later than as_of are not
known yet. Depends on the snapshots' times alone, not on the order of their arrival. #}
{% macro roster_rows_versioned(table_name) -%}
{%- set columns = roster_tables()[table_name].columns -%}
{%- set record_id = roster_tables()[table_name].record_id -%}
{%- set record_columns = ['campus_id', record_id] | unique | list -%}
with counted as not materialized (
    select
        {{ columns | join(',\n        ') }},
        row_key,
        snapshot_at,
    from {{ ref('int_' ~ table_name ~ '_ranked') }}
    where snapshot_rank = 1
),

snapshots as (
    select
        snapshot_at,
        lead(snapshot_at) over (order by snapshot_at) as next_snapshot_at,
        row_number() over (order by snapshot_at) as snapshot_number,
    from (
        select distinct snapshot_at
        from {{ ref('stg_landing__readings') }}
        where
            table_name = '{{ table_name }}'
            and snapshot_at <= {{ run_instant('as_of') }}
    )
),

-- Told apart in narrow columns: only a version's first row is read whole, below.
compared as (
    select
        counted.{{ record_columns | join(',\n        counted.') }},
        snapshots.snapshot_at,
        snapshots.next_snapshot_at,
        snapshots.snapshot_number,
        (
            lag(snapshots.snapshot_number) over record = snapshots.snapshot_number - 1
            and lag(counted.row_key) over record = counted.row_key
        ) as continues_version,
    from counted
    inner join snapshots
        on counted.snapshot_at = snapshots.snapshot_at
    window record as (
        partition by counted.{{ record_columns | join(', counted.') }}
        order by snapshots.snapshot_number
    )
),

numbered_versions as (
    select
        *,
        count_if(not coalesce(continues_version, false)) over (
            partition by {{ record_columns | join(', ') }}
            order by snapshot_number
        ) as version_number,
    from compared
),

spans as (
    select
        {{ record_columns | join(',\n        ') }},
        version_number,
        min(snapshot_at) as valid_from_at,
        case
            when bool_and(next_snapshot_at is not null) then max(next_snapshot_at)
        end as valid_to_at,
    from numbered_versions
    group by
        {{ record_columns | join(',\n        ') }},
        version_number
),

versions as (
    select
        counted.{{ columns | join(',\n        counted.') }},
        spans.version_number,
        spans.valid_from_at,
        spans.valid_to_at,
    from spans
    inner join counted
        on
            spans.valid_from_at = counted.snapshot_at
            {%- for column in record_columns %}
            and spans.{{ column }} = counted.{{ column }}
            {%- endfor %}
),

final as (
    select
        *,
        row_number() over (
            partition by {{ record_columns | join(', ') }}
            order by version_number desc
        ) = 1 as is_newest,
    from versions
)

select * from final
{%- endmacro %}
