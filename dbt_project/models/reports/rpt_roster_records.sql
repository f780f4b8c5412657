{{ config(alias='roster_records') }}

with final as (
    select *
    from {{ ref('dim_roster_records') }}
)

select
    {{ report_columns('roster_records') }}
from final
order by
    {{ report_order('roster_records') }}
