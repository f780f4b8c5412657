select distinct
    campus_id,
    source,
    job_id,
    severity,
    file_name,
    line_number,
    message,
    updated_at
from {{ ref('int_canvas_messages_judged') }}
