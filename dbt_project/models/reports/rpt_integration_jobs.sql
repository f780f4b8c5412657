{{ config(alias='integration_jobs') }}

with final as (
    select *
    from {{ ref('dim_integration_jobs') }}
    where is_enabled and not is_deleted
)

select
    {{ report_columns('integration_jobs') }}
from final
order by
    {{ report_order('integration_jobs') }}
