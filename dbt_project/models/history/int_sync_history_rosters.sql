select
    campus_id,
    sync_id,
    source,
    app,
    direction,
    event,
    posted_by,
    status,
    stage,
    next_step,
    next_step_owner,
    records,
    errors,
    started_at,
    finished_at
from {{ ref('fct_roster_imports') }}
