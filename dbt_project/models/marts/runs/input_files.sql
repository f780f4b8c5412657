-- Every reading of a delivered file, with the line identity of the contract's section
-- 5: lines = loaded + redelivered + quarantined + blank + header. Rows that a replay
-- recovered are part of the reading that refused them.

with readings as (
    select * from {{ ref('stg_landing__readings') }}
    where outcome = 'landed'
),

replays as (
    select
        _continued_file as _landed_file,
        sum(landed_count) as recovered_count
    from {{ ref('stg_landing__readings') }}
    where outcome = 'replayed'
    group by _continued_file
),

readings_replayed as (
    select
        readings.* replace (
            readings.landed_count + coalesce(replays.recovered_count, 0)
                as landed_count,
            readings.quarantined_count - coalesce(replays.recovered_count, 0)
                as quarantined_count
        )
    from readings
    left join replays
        on readings._landed_file = replays._landed_file
),

loaded_requests as (
    select
        _landed_file,
        count(*) as loaded_count
    from {{ ref('int_requests_deduplicated') }}
    group by _landed_file
),

snapshot_losers as (
    select
        _landed_file,
        count(*) filter (where equals_winner) as redelivered_count,
        count(*) filter (where not equals_winner) as rejected_count
    from (
        {% for table_name in roster_tables() -%}
            select
                ranked._landed_file,
                ranked._source_line,
                bool_and(ranked.equals_winner) as equals_winner
            from {{ ref('int_' ~ table_name ~ '_ranked') }} as ranked
            where ranked.snapshot_rank > 1
            group by
                ranked._landed_file,
                ranked._source_line
            {{ 'union all' if not loop.last }}
        {% endfor %}
    )
    group by _landed_file
),

counted as (
    select
        readings_replayed.*,
        case
            when readings_replayed.table_name = 'api_requests'
                then coalesce(loaded_requests.loaded_count, 0)
            else
                readings_replayed.landed_count
                - coalesce(snapshot_losers.redelivered_count, 0)
                - coalesce(snapshot_losers.rejected_count, 0)
        end as loaded_count,
        coalesce(snapshot_losers.rejected_count, 0) as rejected_count
    from readings_replayed
    left join loaded_requests
        on readings_replayed._landed_file = loaded_requests._landed_file
    left join snapshot_losers
        on readings_replayed._landed_file = snapshot_losers._landed_file
),

final as (
    select
        source_name,
        table_name,
        source_file,
        content_hash,
        size_bytes,
        _batch as batch,
        first_line,
        physical_line_count,
        line_count,
        cast(loaded_count as bigint) as loaded_count,
        cast(landed_count - loaded_count - rejected_count as bigint)
            as redelivered_count,
        cast(quarantined_count + rejected_count as bigint) as quarantined_count,
        blank_count,
        header_count,
        snapshot_at,
        read_at
    from counted
)

select * from final
order by
    read_at asc,
    table_name asc,
    source_file asc
