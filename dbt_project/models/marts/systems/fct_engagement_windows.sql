select
    campus_id,
    source,
    report,
    window_start,
    window_end,
    request_id,
    status,
    attempts,
    requested_at,
    fetched_at,
    row_count as rows,
    is_complete
from {{ ref('int_engagement_windows_described') }}
