{{ config(
    materialized='table_function',
    alias='record_engagement',
    parameters=['campus', 'wanted_key'],
    contract={'enforced': false},
    persist_docs={},
) }}
-- One row per event of Echo360 that names a person by the e-mail address, or a course
-- by a code. A course member's are those of both.

with identities as (
    select
        campus_id,
        subject_type,
        identity,
        if(starts_with(wanted_key, 'course_member'), 2, 1) as needed_count
    from {{ ref('rpt_record_identities') }}(campus, wanted_key)
),

named as (
    select
        links.campus_id,
        links.source,
        links.report,
        links.window_start,
        links.line_number,
        links.happened_at
    from {{ ref('brg_engagement_identities') }} as links
    inner join identities
        on
            links.campus_id = identities.campus_id
            and links.subject_type = identities.subject_type
            and links.identity = identities.identity
    where {{ of_campus('links.campus_id') }}
    group by all
    having count(distinct links.subject_type) = any_value(identities.needed_count)
),

final as (
    select
        named.*,
        happened.content
    from {{ ref('fct_engagement_rows') }} as happened
    inner join named
        on
            happened.campus_id = named.campus_id
            and happened.source = named.source
            and happened.report = named.report
            and happened.window_start is not distinct from named.window_start
            and happened.line_number = named.line_number
    where {{ of_campus('happened.campus_id') }}
)

select * from final
