{#- Echo360 numbers its own users and courses; what other systems know too are e-mail
addresses and the codes of courses. -#}
{%- set named = {
    'user': ["lower(content ->> '$.user_email')", "lower(content ->> '$.question_email')",
        "lower(content ->> '$.answer_email')"],
    'course': ["content ->> '$.course_identifier'", "content ->> '$.courseidentifier'",
        "content ->> '$.course_code'", "content ->> '$.lms_course_identifier'"],
} %}

with happenings as (
    select
        campus_id,
        source,
        report,
        window_start,
        line_number,
        content,
        try_cast(content ->> '$.event_timestamp' as timestamptz) as happened_at
    from {{ ref('fct_engagement_rows') }}
    where content ->> '$.event_timestamp' is not null
),

listed as (
    {% for subject_type, identities in named.items() -%}
        select
            campus_id,
            source,
            report,
            window_start,
            line_number,
            '{{ subject_type }}' as subject_type,
            unnest([{{ identities | join(', ') }}]) as identity,
            happened_at
        from happenings
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

final as (
    select distinct
        campus_id,
        source,
        report,
        subject_type,
        identity,
        line_number,
        window_start,
        happened_at
    from listed
    where identity is not null
)

-- By what is looked up, so that a lookup reads few row groups.
select * from final
order by
    campus_id asc,
    identity asc,
    source asc,
    report asc,
    window_start asc,
    line_number asc,
    subject_type asc
