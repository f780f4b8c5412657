{{ config(alias='echo360_windows') }}

with final as (
    select *
    from {{ ref('fct_engagement_windows') }}
)

select
    {{ report_columns('echo360_windows') }}
from final
order by
    {{ report_order('echo360_windows') }}
