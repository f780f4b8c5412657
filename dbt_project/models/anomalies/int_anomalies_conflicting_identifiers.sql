-- Also the user and the course that a request refers to are named by identifiers.

with identified as (
    select
        subject_key,
        campus_id,
        record_type,
        kind,
        value
    from {{ ref('int_references_identified') }}
    union all
    select
        subject_key,
        campus_id,
        record_type,
        kind,
        value
    from {{ ref('int_dependents_identified') }}
),

named as not materialized (
    select
        identified.subject_key,
        identified.kind,
        named.record_id
    from identified
    inner join {{ ref('int_roster_identifiers_named') }} as named
        on
            identified.campus_id = named.campus_id
            and identified.record_type = named.record_type
            and identified.kind = named.kind
            and identified.value = named.value
),

-- Most name one record alone: only what the others name is listed.
named_variously as (
    select subject_key
    from named
    group by subject_key
    having min(record_id) <> max(record_id)
),

conflicting as (
    select
        named.subject_key,
        list(
            named.kind || ' names ' || named.record_id
            order by named.kind, named.record_id
        ) as named
    from named
    semi join named_variously
        on named.subject_key = named_variously.subject_key
    group by named.subject_key
),

subjects as (
    select
        distinct_sync_key,
        course_reference_key as subject_key
    from {{ ref('int_distinct_syncs_described') }}
    where course_reference_key is not null
    union all
    select
        distinct_sync_key,
        user_reference_key as subject_key
    from {{ ref('int_distinct_syncs_described') }}
    where user_reference_key is not null
    union all
    select
        distinct_sync_key,
        subject_key
    from {{ ref('int_dependents_described') }}
    where subject_key is not null
),

syncs as (
    select
        subjects.distinct_sync_key,
        list(conflicting.named order by conflicting.named) as named
    from subjects
    inner join conflicting
        on subjects.subject_key = conflicting.subject_key
    group by subjects.distinct_sync_key
),

records as (
    select
        attempts.record_no,
        arg_min(attempts.distinct_sync_key, attempts.attempt_no) as first_sync_key,
        arg_min(syncs.named, attempts.attempt_no) as named,
        count(*) as occurrences,
        min(attempts.attempt_no) as first_attempt_no,
        max(attempts.requested_at) as last_seen_at
    from {{ ref('int_attempts_ordered') }} as attempts
    inner join syncs
        on attempts.distinct_sync_key = syncs.distinct_sync_key
    group by attempts.record_no
),

final as (
    select
        told.campus_id,
        told.record_type,
        told.record_key,
        first_attempts.job_id,
        {{ attempt_name('first_attempts') }} as shown_by,
        first_attempts.requested_at as first_seen_at,
        records.last_seen_at,
        cast(null as timestamp with time zone) as resolved_at,
        records.occurrences,
        'A request for ' || {{ record_label('told', is_first=false) }}
        || ' gave identifiers that belong to different records of the roster.'
            as title,
        {{ evidence({
            'request_id': 'first_attempts.request_id',
            'identifiers': 'flatten(records.named)',
            'params': 'cast(told.params as json)',
        }) }} as evidence,
        cast(null as varchar) as next_step,
        cast(null as varchar) as next_step_owner
    from records
    inner join {{ ref('fct_distinct_syncs') }} as told
        on records.first_sync_key = told.distinct_sync_key
    inner join {{ ref('int_attempts_ordered') }} as first_attempts
        on records.first_attempt_no = first_attempts.attempt_no
)

select * from final
