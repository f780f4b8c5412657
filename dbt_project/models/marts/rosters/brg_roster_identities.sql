{#- What names the person or course of a record: its own identifiers, and the record
that it refers to by a sourcedId. -#}
{%- set named = [
    ('users', 'user', false, ['record_id', "content ->> '$.identifier'",
        "content ->> '$.userMasterIdentifier'", "lower(content ->> '$.username')",
        "lower(content ->> '$.email')"]),
    ('courses', 'course', false, ['record_id', "content ->> '$.courseCode'"]),
    ('classes', 'course', false, ['record_id', "content ->> '$.classCode'"]),
    ('classes', 'course', true, ["content ->> '$.courseSourcedId'"]),
    ('demographics', 'user', true, ['record_id']),
    ('roles', 'user', true, ["content ->> '$.userSourcedId'"]),
    ('userProfiles', 'user', true, ["content ->> '$.userSourcedId'"]),
    ('enrollments', 'user', true, ["content ->> '$.userSourcedId'"]),
    ('enrollments', 'course', true, ["content ->> '$.classSourcedId'"]),
] %}

with records as (
    select
        campus_id,
        source,
        data_type,
        record_id,
        content
    from {{ ref('dim_roster_records') }}
    where record_id is not null
),

listed as (
    {% for data_type, subject_type, is_reference, identities in named -%}
        select
            campus_id,
            source,
            data_type,
            record_id,
            '{{ subject_type }}' as subject_type,
            unnest([{{ identities | join(', ') }}]) as identity,
            {{ is_reference }} as is_reference
        from records
        where data_type = '{{ data_type }}'
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

final as (
    select distinct
        campus_id,
        source,
        data_type,
        record_id,
        subject_type,
        identity,
        is_reference
    from listed
    where identity is not null
)

-- By what is looked up, so that a lookup reads few row groups.
select * from final
order by
    campus_id asc,
    identity asc,
    source asc,
    data_type asc,
    record_id asc,
    subject_type asc
