with newest_snapshot as (
    select max(snapshot_at) as snapshot_at
    from {{ ref('stg_landing__readings') }}
    where
        table_name = 'campus_admins'
        and outcome in ('landed', 'referenced')
        and snapshot_at <= {{ run_instant('as_of') }}
),

final as (
    select
        ranked.campus_id,
        ranked.email
    from {{ ref('int_campus_admins_ranked') }} as ranked
    inner join newest_snapshot
        on ranked.snapshot_at = newest_snapshot.snapshot_at
    where ranked.snapshot_rank = 1
)

select * from final
order by
    campus_id asc,
    email asc
