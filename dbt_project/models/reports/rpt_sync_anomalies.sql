{{ config(alias='sync_anomalies') }}

with final as (
    select * from {{ ref('fct_sync_anomalies') }}
)

select
    {{ report_columns('sync_anomalies') }}
from final
order by
    {{ report_order('sync_anomalies') }}
