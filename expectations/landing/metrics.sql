-- One row per table that the batch brought. Counts of rows come from the Parquet
-- footers, counts of lines from the ledger: that they agree is what is checked.
create table landing_metrics as
with arrived_files as (
    select * from ledger
    where batch = $batch and outcome = 'landed'
),

missing_columns as (
    select
        source_name,
        table_name,
        string_agg(distinct column_name, ', ' order by column_name) as columns_missing,
    from (
        select
            arrived_files.source_name,
            arrived_files.table_name,
            arrived_files.parquet_path,
            contract_columns.column_name,
        from arrived_files
        inner join contract_columns
            on
                arrived_files.source_name = contract_columns.source_name
                and arrived_files.table_name = contract_columns.table_name
    )
    anti join parquet_columns
        using (parquet_path, column_name)
    group by
        source_name,
        table_name
),

reconciled_files as (
    select
        arrived_files.*,
        line_count
        - header_count
        - blank_count
        - coalesce(landed.row_count, 0)
        - coalesce(quarantined.row_count, 0) as line_gap,
    from arrived_files
    left join parquet_rows as landed
        on arrived_files.parquet_path = landed.parquet_path
    left join parquet_rows as quarantined
        on arrived_files.quarantine_path = quarantined.parquet_path
),

arrived_tables as (
    select
        source_name,
        table_name,
        count(*) as file_count,
        sum(landed_count + quarantined_count) as arrived_rows,
        sum(landed_count) as landed_rows,
        sum(quarantined_count) as quarantined_rows,
        sum(abs(line_gap)) as unaccounted_lines,
        min(path) filter (where line_gap <> 0) as unaccounted_file,
    from reconciled_files
    group by
        source_name,
        table_name
),

snapshots_compared as (
    select
        *,
        lag(roster_rows) over (
            partition by source_name, table_name
            order by snapshot_at
        ) as previous_roster_rows,
    from roster_snapshots
),

-- Of several snapshots in one batch the one that kept least of a judged one.
worst_snapshots as (
    select
        *,
        roster_rows / previous_roster_rows as roster_share,
    from snapshots_compared
    where is_arrived
    qualify
        row_number() over (
            partition by source_name, table_name
            order by
                case
                    when previous_roster_rows >= $min_previous_roster_rows
                        then roster_rows / previous_roster_rows
                end asc nulls last,
                snapshot_at asc
        ) = 1
),

log_batches as (
    select
        source_name,
        table_name,
        batch,
        sum(landed_count) as landed_rows,
        min(requested_bounds.oldest_at) as oldest_requested_at,
        max(requested_bounds.newest_at) as newest_requested_at,
    from ledger
    left join requested_bounds
        on ledger.parquet_path = requested_bounds.parquet_path
    where snapshot_at is null and outcome = 'landed'
    group by
        source_name,
        table_name,
        batch
),

log_batches_before as (
    select
        source_name,
        table_name,
        count(*) as previous_batches,
        median(landed_rows) as usual_rows,
        max(newest_requested_at) as newest_requested_before_at,
    from (
        select * from log_batches
        where batch < $batch
        qualify
            row_number() over (
                partition by source_name, table_name
                order by batch desc
            ) <= $volume_batches
    )
    group by
        source_name,
        table_name
)

select
    arrived_tables.source_name,
    arrived_tables.table_name,
    missing_columns.columns_missing,
    arrived_tables.unaccounted_file,
    arrived_tables.file_count,
    arrived_tables.arrived_rows,
    arrived_tables.landed_rows,
    arrived_tables.quarantined_rows,
    cast(arrived_tables.unaccounted_lines as bigint) as unaccounted_lines,
    case
        when arrived_tables.arrived_rows > 0
            then arrived_tables.quarantined_rows / arrived_tables.arrived_rows
    end as quarantined_share,
    worst_snapshots.snapshot_at,
    worst_snapshots.roster_rows,
    worst_snapshots.previous_roster_rows,
    worst_snapshots.roster_share,
    log_batches_before.previous_batches,
    log_batches_before.usual_rows,
    case
        when log_batches_before.usual_rows > 0
            then arrived_tables.landed_rows / log_batches_before.usual_rows
    end as volume_share,
    log_batches.oldest_requested_at,
    log_batches_before.newest_requested_before_at,
    (
        epoch(log_batches.oldest_requested_at)
        - epoch(log_batches_before.newest_requested_before_at)
    ) / 86400 as silent_days,
from arrived_tables
left join missing_columns
    using (source_name, table_name)
left join worst_snapshots
    using (source_name, table_name)
left join log_batches
    on
        arrived_tables.source_name = log_batches.source_name
        and arrived_tables.table_name = log_batches.table_name
        and log_batches.batch = $batch
left join log_batches_before
    on
        log_batches.source_name = log_batches_before.source_name
        and log_batches.table_name = log_batches_before.table_name
order by
    arrived_tables.source_name asc,
    arrived_tables.table_name asc
