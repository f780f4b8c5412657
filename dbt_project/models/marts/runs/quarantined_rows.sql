-- A roster row that lost its place to another of the same id is rejected here, because
-- a snapshot may lie in several files; every other rule was judged at landing.

with rejected_at_landing as (
    select distinct
        table_name,
        source_file,
        reason,
        raw_text,
        line_number
    from {{ ref('stg_platform__quarantine') }}
),

rejected_from_snapshots as (
    {{ roster_rows_rejected() | indent(4) }}
),

rejected_of_other_systems as (
    select
        table_name,
        source_file,
        reason,
        raw_text,
        line_number
    from {{ ref('int_system_rows_quarantined') }}
),

final as (
    select * from rejected_at_landing
    union
    select * from rejected_from_snapshots
    union
    select * from rejected_of_other_systems
)

select
    table_name,
    source_file,
    reason,
    raw_text,
    line_number
from final
order by
    table_name asc,
    source_file asc,
    line_number asc,
    reason asc
