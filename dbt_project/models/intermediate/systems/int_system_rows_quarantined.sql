select distinct
    table_name,
    source_file,
    reason,
    raw_text,
    line_number
from {{ ref('stg_cloudwork__quarantine') }}
union all
select
    'engagement_' || report as table_name,
    source || '/' || landed_file as source_file,
    reason,
    raw_text,
    line_number
from {{ ref('int_engagement_rows_fetched') }}
where reason is not null
