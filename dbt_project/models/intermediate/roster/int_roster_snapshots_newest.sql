with tables as (
    select
        record_type,
        record_type || 's' as table_name
    from {{ ref('rostered_record_types') }}
),

final as (
    select
        tables.record_type,
        max(readings.snapshot_at) as newest_snapshot_at
    from tables
    inner join {{ ref('stg_landing__readings') }} as readings
        on tables.table_name = readings.table_name
    where readings.snapshot_at <= {{ run_instant('as_of') }}
    group by tables.record_type
)

select * from final
