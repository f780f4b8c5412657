select
    campus_id,
    source,
    event,
    syncprofile_name,
    user_name,
    processed,
    added,
    updated,
    disabled,
    deleted,
    errors,
    details,
    date_started,
    date_finished,
    has_activity
from {{ ref('int_provisioning_events_deduplicated') }}
