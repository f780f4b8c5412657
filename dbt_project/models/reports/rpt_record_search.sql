{{ config(
    materialized='table_function',
    alias='record_search',
    parameters=['campus', 'wanted', 'with_personal'],
    contract={'enforced': false},
    persist_docs={},
) }}
-- One row per record that bears the wanted identifier, or was referred to by it: in the
-- roster, and in what requests gave. Upper and lower case are alike. A record's own
-- identifiers come before those of the course and user that it belongs to. Without
-- with_personal nothing is found by an e-mail address or a key that may quote one.
{%- set kinds = {
    'course': {'own': ['course_id', 'mapping_id', 'add_code', 'course_name'],
        'theirs': [], 'title': 'coalesce(title, name)'},
    'user': {'own': ['user_id', 'mapping_id', 'issued_id', 'email'], 'theirs': [],
        'title': "concat_ws(' ', first_name, last_name)"},
    'course_member': {'own': ['course_member_id', 'mapping_id'],
        'theirs': ['course_id', 'user_id']},
    'attendance_session': {'own': ['attendance_id', 'mapping_id'],
        'theirs': ['course_id']},
} %}
{%- set renamed = {'course_name': 'name'} %}
{%- set given_own = ['mapping_id', 'record_id'] %}
{%- set given = [
    'course_id', 'course_mapping_id', 'add_code', 'course_name', 'user_id',
    'user_mapping_id', 'issued_id', 'email', 'course_member_id', 'attendance_id',
    'record_id', 'mapping_id',
] %}

with requested as (
    select
        campus_id,
        record_type,
        distinct_sync_key
    from {{ ref('fct_sync_attempts') }}
    where {{ of_campus() }} and request_id = trim(wanted)
),

found as (
    {% for record_type, kind in kinds.items() -%}
        select
            campus_id,
            '{{ record_type }}' as record_type,
            '{{ record_type }}:' || {{ kind.own[0] }} as record_key,
            {{ matching_kinds(kind.own, renamed) }} as own_kinds,
            {{ matching_kinds(kind.theirs) }} as other_kinds,
            {{ kind.get('title', 'cast(null as varchar)') }} as title,
            true as is_in_roster
        from {{ ref('dim_' ~ record_type ~ 's') }}
        where
            {{ of_campus() }}
            and {{ matches_any(kind.own + kind.theirs, renamed) }}
        union all
    {% endfor -%}
    select
        campus_id,
        record_type,
        record_key,
        case record_type
            {% for record_type, kind in kinds.items() -%}
                when '{{ record_type }}' then {{ matching_kinds(kind.own) }}
            {% endfor -%}
            else {{ matching_kinds(given_own) }}
        end as own_kinds,
        {{ matching_kinds(given) }} as other_kinds,
        null as title,
        false as is_in_roster
    from {{ ref('fct_distinct_syncs') }}
    where
        {{ of_campus() }}
        and (
            {{ matches_any(given) }}
            or (with_personal and lower(record_key) = lower(trim(wanted)))
        )
    union all
    select
        attempts.campus_id,
        syncs.record_type,
        syncs.record_key,
        ['request_id'] as own_kinds,
        [] as other_kinds,
        null as title,
        false as is_in_roster
    from requested as attempts
    inner join {{ ref('fct_distinct_syncs') }} as syncs
        on
            attempts.campus_id = syncs.campus_id
            and attempts.record_type = syncs.record_type
            and attempts.distinct_sync_key = syncs.distinct_sync_key
    where {{ of_campus('syncs.campus_id') }}
),

final as (
    select
        campus_id,
        record_type,
        record_key,
        max(title) as title,
        array_to_string(
            list_sort(
                list_distinct(flatten(list(list_concat(own_kinds, other_kinds))))
            ),
            ', '
        ) as matched_by,
        bool_or(len(own_kinds) > 0) as is_own_identifier,
        bool_or(is_in_roster) as is_in_roster
    from found
    group by
        campus_id,
        record_type,
        record_key
)

select * from final
order by
    is_own_identifier desc,
    case record_type
        when 'course' then 1 when 'user' then 2 when 'course_member' then 3
        when 'attendance_session' then 4 else 5
    end asc,
    record_key asc
