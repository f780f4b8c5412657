-- One row per snapshot of a roster table, as far as it is landed. A snapshot may lie
-- in several files, and come in several batches.
create table roster_snapshots as
select
    source_name,
    table_name,
    snapshot_at,
    sum(landed_count) as roster_rows,
    bool_or(is_arrived) as is_arrived,
from (
    select
        source_name,
        table_name,
        snapshot_at,
        landed_file,
        any_value(landed_count) as landed_count,
        bool_or(batch = $batch and outcome = 'landed') as is_arrived,
    from ledger
    where snapshot_at is not null and outcome in ('landed', 'referenced')
    group by
        source_name,
        table_name,
        snapshot_at,
        landed_file
)
group by
    source_name,
    table_name,
    snapshot_at;
