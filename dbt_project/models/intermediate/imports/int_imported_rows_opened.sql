-- Of a first import these are all rows: written as a table they would take longer.
{{ config(materialized='view') }}

with final as (
    select {{ landed_columns() }} from {{ ref('int_imported_rows_unsettled') }}
    union all
    select {{ landed_columns() }} from {{ ref('int_imported_rows_reopened') }}
)

select * from final
