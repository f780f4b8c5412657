{{ config(
    materialized='table_function',
    alias='record_story',
    parameters=['campus', 'wanted_key'],
    contract={'enforced': false},
    persist_docs={},
) }}
-- One row per thing that happened to a record, newest first: it came, changed or went
-- in the roster, was asked for, was posted about, an anomaly began or ended, or another
-- system spoke of it.

with syncs as (
    select
        campus_id,
        record_type,
        distinct_sync_key,
        params
    from {{ ref('fct_distinct_syncs') }}
    where {{ of_campus() }} and record_key = wanted_key
),

attempts as (
    select
        attempts.*,
        syncs.params
    from {{ ref('fct_sync_attempts') }} as attempts
    inner join syncs
        on
            attempts.campus_id = syncs.campus_id
            and attempts.record_type = syncs.record_type
            and attempts.distinct_sync_key = syncs.distinct_sync_key
    where {{ of_campus('attempts.campus_id') }}
),

events as (
    select
        campus_id,
        requested_at as happened_at,
        'attempt' as event,
        operation as title,
        status,
        error_code,
        message,
        request_id,
        item,
        job_id,
        cast(null as varchar) as other_record_key,
        params as content,
        cast(null as varchar) as previous_content
    from attempts
    union all by name
    select
        campus_id,
        happened_at,
        'roster' as event,
        case
            when content is null then 'left'
            when previous_content is null then 'appeared'
            else 'changed'
        end as title,
        content,
        previous_content
    from {{ ref('rpt_record_roster_events') }}(campus, wanted_key)
    union all by name
    select
        campus_id,
        last_attempted_at as happened_at,
        'posting' as event,
        if(is_posted, 'posted', 'not posted') as title,
        status,
        error_code,
        message,
        record_key as other_record_key,
        cast(
            to_json(
                struct_pack(
                    attendance_id := attendance_id,
                    time_attended := time_attended,
                    time_absent := time_absent,
                    attempted_count := attempted_count
                )
            ) as varchar
        ) as content
    from {{ ref('rpt_record_postings') }}(campus, wanted_key)
    union all by name
    select
        campus_id,
        happened_at,
        event,
        title,
        status,
        message,
        content
    from {{ ref('rpt_record_anomalies') }}(campus, wanted_key)
    union all by name
    select
        campus_id,
        happened_at,
        event,
        title,
        status,
        message,
        content,
        source,
        sync_id,
        changed_fields
    from {{ ref('rpt_record_elsewhere') }}(campus, wanted_key)
)

select * from events
order by
    happened_at desc,
    event asc,
    request_id asc, item asc, other_record_key asc,
    sync_id asc, title asc, message asc, content asc
