{# One row per version of a roster record: the span of consecutive snapshots in which
its row stays the same. valid_to_at is the time of the first snapshot that has another
row or none; null while the newest snapshot has it. Snapshots later than as_of are not
known yet. Depends on the snapshots' times alone, not on the order of their arrival. #}
{% macro roster_rows_versioned(table_name) -%}
{%- set columns = roster_tables()[table_name].columns -%}
{%- set record_id = roster_tables()[table_name].record_id -%}
{%- set record_columns = ['campus_id', record_id] | unique | list -%}
with counted as (
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

numbered as (
    select
        counted.*,
        snapshots.next_snapshot_at,
        snapshots.snapshot_number,
    from counted
    inner join snapshots
        on counted.snapshot_at = snapshots.snapshot_at
),

compared as (
    select
        *,
        (
            lag(snapshot_number) over record = snapshot_number - 1
            and lag(row_key) over record = row_key
        ) as continues_version,
    from numbered
    window record as (
        partition by {{ record_columns | join(', ') }}
        order by snapshot_number
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

versions as (
    select
        {{ columns | join(',\n        ') }},
        version_number,
        min(snapshot_at) as valid_from_at,
        case
            when bool_and(next_snapshot_at is not null) then max(next_snapshot_at)
        end as valid_to_at,
    from numbered_versions
    group by
        {{ columns | join(',\n        ') }},
        version_number
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
