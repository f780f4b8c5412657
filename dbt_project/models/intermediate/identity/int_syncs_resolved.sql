-- One row per distinct sync: the record it speaks of. The numbers are this build's own:
-- what counts and groups attempts by record does so with a fourth of a key's memory. A
-- record's number is its place among all, so that marts are sorted by it, not by names.

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
keyed as (
    select
        subjects.distinct_sync_key,
        subjects.campus_id,
        subjects.record_type,
        coalesce(
            resolved.record_key,
            subjects.record_type || '?request=' || md5(subjects.params)
        ) as record_key
    from subjects
    left join resolved
        on subjects.subject_key = resolved.subject_key
),

records as (
    select
        campus_id,
        record_type,
        record_key,
        cast(
            row_number() over (order by record_type, campus_id, record_key) as integer
        ) as record_no
    from keyed
    group by
        campus_id,
        record_type,
        record_key
),

final as (
    select
        keyed.distinct_sync_key,
        cast(row_number() over () as integer) as sync_no,
        keyed.campus_id,
        keyed.record_type,
        keyed.record_key,
        records.record_no
    from keyed
    inner join records
        on
            keyed.campus_id = records.campus_id
            and keyed.record_type = records.record_type
            and keyed.record_key = records.record_key
)

select * from final
