{{ config(alias='engagement_asset') }}

with final as (
    {{ engagement_rows('asset') }}
)

select
    {{ report_columns('engagement_asset') }}
from final
order by
    {{ report_order('engagement_asset') }}
