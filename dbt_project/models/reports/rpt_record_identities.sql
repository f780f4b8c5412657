{{ config(
    materialized='table_function',
    alias='record_identities',
    parameters=['campus', 'wanted_key'],
    contract={'enforced': false},
    persist_docs={},
) }}
-- One row per identity of the person or course that a record is, or is of. A record of
-- the roster has those that the roster gives; one that no roster has those that its
-- requests gave. E-mail addresses are in lower case.
{%- set kinds = {
    'user': ['user_id', 'mapping_id', 'issued_id', 'email'],
    'course': ['course_id', 'mapping_id', 'add_code', 'name'],
} %}

with members as (
    select
        campus_id,
        user_id,
        course_id
    from {{ ref('dim_course_members') }}
    where {{ of_campus() }} and wanted_key = 'course_member:' || course_member_id
),

named as (
    {% for subject_type, columns in kinds.items() -%}
        {%- set given = columns | map('replace', 'name', 'course_name') | list -%}
        select
            campus_id,
            '{{ subject_type }}' as subject_type,
            unnest({{ columns }}) as kind,
            unnest([{{ columns | join(', ') }}]) as identity
        from {{ ref('dim_' ~ subject_type ~ 's') }}
        where
            {{ of_campus() }}
            and (
                wanted_key = '{{ subject_type }}:' || {{ subject_type }}_id
                or (campus_id, {{ subject_type }}_id) in (
                    select
                        members.campus_id,
                        members.{{ subject_type }}_id
                    from members
                )
            )
        union all
        select
            campus_id,
            '{{ subject_type }}' as subject_type,
            unnest({{ columns }}) as kind,
            unnest([{{ given | join(', ') }}]) as identity
        from {{ ref('fct_distinct_syncs') }}
        where
            {{ of_campus() }}
            and record_key = wanted_key
            and starts_with(wanted_key, '{{ subject_type }}?')
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

final as (
    select distinct
        campus_id,
        subject_type,
        kind,
        if(kind = 'email', lower(identity), identity) as identity
    from named
    where identity is not null
)

select * from final
