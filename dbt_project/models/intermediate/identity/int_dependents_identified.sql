-- One row per identifier of a member, session or posting that some attempt speaks of.

with subjects as (
    select
        subject_key,
        any_value(campus_id) as campus_id,
        any_value(record_type) as record_type,
        any_value(identifiers) as identifiers
    from {{ ref('int_dependents_described') }}
    where subject_key is not null
    group by subject_key
),

unnested as (
    select
        subject_key,
        campus_id,
        record_type,
        {{ exploded('identifiers') }} as identifier
    from subjects
),

final as (
    select
        subject_key,
        campus_id,
        record_type,
        identifier.kind,
        identifier.value,
        identifier.strength,
        true as joins
    from unnested
)

select * from final
