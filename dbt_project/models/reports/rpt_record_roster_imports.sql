{{ config(
    materialized='table_function',
    alias='record_roster_imports',
    parameters=['campus', 'wanted_key'],
    contract={'enforced': false},
    persist_docs={},
) }}
-- One row per change that a OneRoster import made to a person or course, or to what
-- refers to it. An enrollment is of its user and its class: a course member's story has
-- only those that are of both.

with identities as (
    select
        campus_id,
        subject_type,
        identity
    from {{ ref('rpt_record_identities') }}(campus, wanted_key)
),

own as (
    select distinct
        links.campus_id,
        links.source,
        links.data_type,
        links.record_id,
        links.subject_type
    from {{ ref('brg_roster_identities') }} as links
    inner join identities
        on
            links.campus_id = identities.campus_id
            and links.subject_type = identities.subject_type
            and links.identity = identities.identity
    where {{ of_campus('links.campus_id') }} and not links.is_reference
),

referring as (
    select distinct
        links.campus_id,
        links.source,
        links.data_type,
        links.record_id,
        links.subject_type
    from {{ ref('brg_roster_identities') }} as links
    inner join own
        on
            links.campus_id = own.campus_id
            and links.source = own.source
            and links.subject_type = own.subject_type
            and links.identity = own.record_id
    where {{ of_campus('links.campus_id') }} and links.is_reference
),

either as (
    select
        campus_id,
        source,
        data_type,
        record_id,
        subject_type
    from own
    union all
    select
        campus_id,
        source,
        data_type,
        record_id,
        subject_type
    from referring
),

named as (
    select
        campus_id,
        source,
        data_type,
        record_id
    from either
    group by
        campus_id,
        source,
        data_type,
        record_id
    having
        count(distinct subject_type)
        = if(starts_with(wanted_key, 'course_member'), 2, 1)
),

final as (
    select
        versions.campus_id,
        versions.source,
        versions.data_type,
        versions.record_id,
        versions.sync_id,
        versions.change,
        versions.changed_fields,
        versions.content,
        versions.started_at
    from {{ ref('fct_roster_record_versions') }} as versions
    inner join named
        on
            versions.campus_id = named.campus_id
            and versions.source = named.source
            and versions.data_type = named.data_type
            and versions.record_id = named.record_id
    where {{ of_campus('versions.campus_id') }}
)

select * from final
