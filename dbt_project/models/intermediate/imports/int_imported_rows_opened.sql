-- Of a first import these are all rows: written as a table they would take longer.
{{ config(materialized='view') }}

-- Only a row that was opened anew comes with the number of its record, which has what
-- it says.

with final as (
    select
        {{ landed_columns() }},
        cast(null as bigint) as record_no
    from {{ ref('int_imported_rows_unsettled') }}
    union all
    select
        {{ landed_columns() }},
        record_no
    from {{ ref('int_imported_rows_reopened') }}
)

select * from final
