-- One row per roster table of the batch: of its new snapshots the one that is farthest
-- from what is usual. The share is null where there is too little to judge by.
create table roster_volumes as
with snapshots_numbered as (
    select
        *,
        row_number() over (
            partition by source_name, table_name
            order by snapshot_at
        ) as number,
    from roster_snapshots
),

snapshots_compared as (
    select
        arrived.source_name,
        arrived.table_name,
        arrived.snapshot_at,
        any_value(arrived.roster_rows) as roster_rows,
        median(earlier.roster_rows) as usual_rows,
        case
            when
                count(earlier.number) >= $min_batches
                and median(earlier.roster_rows) >= $min_roster_rows
                then any_value(arrived.roster_rows) / median(earlier.roster_rows)
        end as roster_share,
    from snapshots_numbered as arrived
    left join snapshots_numbered as earlier
        on
            arrived.source_name = earlier.source_name
            and arrived.table_name = earlier.table_name
            and earlier.number between arrived.number - $volume_batches
            and arrived.number - 1
    where arrived.is_arrived
    group by
        arrived.source_name,
        arrived.table_name,
        arrived.snapshot_at
)

select * from snapshots_compared
qualify
    row_number() over (
        partition by source_name, table_name
        order by
            least(roster_share, 1 / nullif(roster_share, 0)) asc nulls last,
            snapshot_at asc
    ) = 1
order by
    source_name asc,
    table_name asc;

-- One row per table and column of the batch: its share of nulls, and the one of the
-- batch before that is nearest to it. The shift is null where too few can be judged.
create table column_fills as
with fills as (
    select
        source_name,
        table_name,
        column_name,
        batch,
        sum(null_count) / nullif(sum(row_count), 0) as null_share,
        sum(row_count) as row_count,
    from column_counts
    group by
        source_name,
        table_name,
        column_name,
        batch
    having sum(row_count) >= $min_judged_rows and count(null_count) = count(*)
)

select
    arrived.source_name,
    arrived.table_name,
    arrived.column_name,
    any_value(arrived.null_share) as null_share,
    arg_min(earlier.null_share, abs(arrived.null_share - earlier.null_share))
        as nearest_null_share,
    case
        when count(earlier.batch) >= $min_batches
            then round(min(abs(arrived.null_share - earlier.null_share)), 6)
    end as null_share_shift,
from fills as arrived
left join fills as earlier
    on
        arrived.source_name = earlier.source_name
        and arrived.table_name = earlier.table_name
        and arrived.column_name = earlier.column_name
        and earlier.batch < $batch
where arrived.batch = $batch
group by
    arrived.source_name,
    arrived.table_name,
    arrived.column_name
order by
    null_share_shift desc nulls last,
    arrived.source_name asc,
    arrived.table_name asc,
    arrived.column_name asc;

-- One row per column of few values: the share of its rows that would have to bear
-- another value for the batch to be like the one before that is most like it, and the
-- value that differs most from that batch.
create table value_mixes as
with shares as (
    select
        *,
        row_count / sum(row_count) over (
            partition by source_name, table_name, column_name, batch
        ) as value_share,
    from value_counts
    qualify
        sum(row_count) over (
            partition by source_name, table_name, column_name, batch
        ) >= $min_judged_rows
),

pairs as (
    select distinct
        arrived.source_name,
        arrived.table_name,
        arrived.column_name,
        earlier.batch as earlier_batch,
    from shares as arrived
    inner join shares as earlier
        on
            arrived.source_name = earlier.source_name
            and arrived.table_name = earlier.table_name
            and arrived.column_name = earlier.column_name
            and earlier.batch < $batch
    where arrived.batch = $batch
),

values_paired as (
    select
        pairs.source_name,
        pairs.table_name,
        pairs.column_name,
        pairs.earlier_batch,
        shares.value,
        coalesce(sum(shares.value_share) filter (where shares.batch = $batch), 0)
            as value_share,
        coalesce(sum(shares.value_share) filter (where shares.batch < $batch), 0)
            as usual_share,
    from pairs
    inner join shares
        on
            pairs.source_name = shares.source_name
            and pairs.table_name = shares.table_name
            and pairs.column_name = shares.column_name
            and shares.batch in ($batch, pairs.earlier_batch)
    group by all
),

batches_compared as (
    select
        source_name,
        table_name,
        column_name,
        earlier_batch,
        sum(abs(value_share - usual_share)) / 2 as mix_shift,
        arg_max(value, abs(value_share - usual_share)) as value,
        arg_max(value_share, abs(value_share - usual_share)) as value_share,
        arg_max(usual_share, abs(value_share - usual_share)) as usual_share,
    from values_paired
    group by
        source_name,
        table_name,
        column_name,
        earlier_batch
)

select
    source_name,
    table_name,
    column_name,
    arg_min(value, mix_shift) as value,
    arg_min(value_share, mix_shift) as value_share,
    arg_min(usual_share, mix_shift) as usual_share,
    case when count(*) >= $min_batches then round(min(mix_shift), 6) end as mix_shift,
from batches_compared
group by
    source_name,
    table_name,
    column_name
order by
    source_name asc,
    table_name asc,
    column_name asc
