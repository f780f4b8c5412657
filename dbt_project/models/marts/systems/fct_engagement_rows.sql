select
    campus_id,
    source,
    report,
    content,
    line_number,
    window_start
from {{ ref('int_engagement_rows_fetched') }}
where reason is null
