-- Downloads overlap, and an event that had not finished in one is finished in a later
-- one: the latest download wins.

with files as (
    select distinct
        source,
        path,
        sha256,
        downloaded_at
    from {{ ref('stg_cloudwork__files') }}
),

sources as (
    select
        source,
        campus_id,
        time_zone
    from {{ ref('stg_connected__sources') }}
),

events as (
    select
        sources.campus_id,
        landed.source,
        landed.event,
        landed.syncprofile_name,
        landed.user_name,
        landed.processed,
        landed.added,
        landed.updated,
        landed.disabled,
        landed.deleted,
        landed.errors,
        landed.details,
        {{ instant_in_zone('landed.started_text', 'sources.time_zone') }}
            as date_started,
        {{ instant_in_zone('landed.finished_text', 'sources.time_zone') }}
            as date_finished,
        files.downloaded_at,
        landed.path,
        landed.sha256,
        landed.line_number
    from {{ ref('stg_cloudwork__events') }} as landed
    inner join files
        on
            landed.source = files.source
            and landed.path = files.path
            and landed.sha256 = files.sha256
    inner join sources on landed.source = sources.source
)

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
    greatest(processed, added, updated, disabled, deleted, errors, 0) > 0
        as has_activity
from events
qualify row_number() over (
    partition by source, event, syncprofile_name, date_started
    order by downloaded_at desc, path desc, sha256 desc, line_number desc
) = 1
