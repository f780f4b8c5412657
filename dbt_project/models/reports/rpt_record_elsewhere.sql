{{ config(
    materialized='table_function',
    alias='record_elsewhere',
    parameters=['campus', 'wanted_key'],
    contract={'enforced': false},
    persist_docs={},
) }}
-- One row per thing that another system says of a record: a change by a OneRoster
-- import, a message of Canvas or an event of Cloudwork that names it, and what Echo360
-- saw. A course member's are those of both its user and its course.

with identities as (
    select
        campus_id,
        subject_type,
        kind,
        identity,
        if(starts_with(wanted_key, 'course_member'), 2, 1) as needed_count
    from {{ ref('rpt_record_identities') }}(campus, wanted_key)
),

-- A course's name may be any word, so texts are not searched for it.
refused as (
    select
        told.campus_id,
        told.source,
        told.job_id,
        told.severity,
        told.file_name,
        told.line_number,
        told.message,
        told.updated_at
    from {{ ref('fct_rostering_job_errors') }} as told
    inner join identities
        on told.campus_id = identities.campus_id
    where
        {{ of_campus('told.campus_id') }}
        and identities.kind != 'name'
        and {{ names_identity('told.message', 'identities.identity') }}
    group by all
    having count(distinct identities.subject_type) = any_value(identities.needed_count)
),

provisioned as (
    select distinct events.*
    from {{ ref('fct_provisioning_events') }} as events
    inner join identities
        on events.campus_id = identities.campus_id
    where
        {{ of_campus('events.campus_id') }}
        and identities.subject_type = 'user'
        and identities.needed_count = 1
        and (
            lower(events.user_name) = lower(identities.identity)
            or {{ names_identity('events.details', 'identities.identity') }}
        )
)

select
    campus_id,
    started_at as happened_at,
    'oneroster' as event,
    data_type || ' ' || change as title,
    source,
    sync_id,
    cast(null as varchar) as status,
    record_id as message,
    cast(content as varchar) as content,
    changed_fields
from {{ ref('rpt_record_roster_imports') }}(campus, wanted_key)
union all by name
select
    campus_id,
    updated_at as happened_at,
    'canvas' as event,
    severity as title,
    source,
    source || ':' || job_id as sync_id,
    severity as status,
    message,
    cast(json_object('file', file_name, 'line', line_number) as varchar) as content
from refused
union all by name
select
    campus_id,
    date_started as happened_at,
    'cloudwork' as event,
    event as title,
    source,
    case
        when event like '%Failed%' or event like '%Error%' or errors > 0 then 'error'
    end as status,
    details as message,
    cast(
        json_object(
            'sync profile', syncprofile_name,
            'user', user_name,
            'added', added,
            'updated', updated,
            'disabled', disabled,
            'deleted', deleted,
            'errors', errors
        ) as varchar
    ) as content
from provisioned
union all by name
select
    campus_id,
    happened_at,
    'echo360' as event,
    report as title,
    source,
    coalesce(
        content ->> '$.media_name',
        content ->> '$.video_name',
        content ->> '$.presentation_name'
    ) as message,
    cast(content as varchar) as content
from {{ ref('rpt_record_engagement') }}(campus, wanted_key)
