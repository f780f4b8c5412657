with readings as (
    select distinct
        table_name,
        snapshot_at
    from {{ ref('stg_landing__readings') }}
    where snapshot_at <= {{ run_instant('as_of') }}
),

final as (
    select
        table_name,
        snapshot_at,
        lead(snapshot_at) over (
            partition by table_name
            order by snapshot_at
        ) as next_snapshot_at
    from readings
)

select * from final
