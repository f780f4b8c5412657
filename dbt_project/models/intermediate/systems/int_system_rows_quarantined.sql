select distinct
    table_name,
    source_file,
    reason,
    raw_text,
    line_number
from {{ ref('stg_cloudwork__quarantine') }}
