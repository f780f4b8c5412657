with tables as (
    select
        record_type,
        record_type || 's' as table_name
    from {{ ref('rostered_record_types') }}
),

final as (
    select
        tables.record_type,
        max(snapshots.snapshot_at) as newest_snapshot_at
    from tables
    inner join {{ ref('int_roster_snapshots') }} as snapshots
        on tables.table_name = snapshots.table_name
    group by tables.record_type
)

select * from final
