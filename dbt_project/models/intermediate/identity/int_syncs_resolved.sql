-- One row per distinct sync: the record it speaks of.

with syncs as (
    select described.*
    from {{ ref('int_distinct_syncs_described') }} as described
    inner join {{ ref('int_syncs_attempted') }} as attempted
        on described.distinct_sync_key = attempted.distinct_sync_key
),

subjects as (
    select
        syncs.distinct_sync_key,
        syncs.campus_id,
        syncs.record_type,
        syncs.params,
        case syncs.record_type
            when 'course' then syncs.course_reference_key
            when 'user' then syncs.user_reference_key
            else dependents.subject_key
        end as subject_key
    from syncs
    left join {{ ref('int_dependents_described') }} as dependents
        on syncs.distinct_sync_key = dependents.distinct_sync_key
),

resolved as (
    select
        subject_key,
        record_key
    from {{ ref('int_references_resolved') }}
    union all
    select
        subject_key,
        record_key
    from {{ ref('int_dependents_resolved') }}
),

-- Without any identifier an attempt is one record with its like.
final as (
    select
        subjects.distinct_sync_key,
        coalesce(
            resolved.record_key,
            subjects.record_type || '?request=' || md5(subjects.params)
        ) as record_key
    from subjects
    left join resolved
        on subjects.subject_key = resolved.subject_key
)

select * from final
