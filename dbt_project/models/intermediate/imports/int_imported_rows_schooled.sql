-- A row counts in the schools of its own values, a deletion in those of its record
-- before it.

-- A value that slipped a column may be a password: it is no school unless it is known.
with known_schools as (
    select list(record_id) as school_ids
    from (
        select record_id
        from {{ ref('int_imported_records_kept') }}
        where data_type = 'orgs'
        union
        select record_id
        from {{ ref('int_imported_rows_opened') }}
        where data_type = 'orgs' and skips is null
    )
),

rows_in_own_schools as (
    select
        data_type,
        line_number,
        record_id,
        outcome,
        is_invalid,
        messages,
        case
            when is_ragged
                then list_intersect(
                    own_school_ids,
                    (select known_schools.school_ids from known_schools)
                )
            else own_school_ids
        end as own_school_ids,
        {{ schooled_user_id('judged') }} as schooled_user_id,
        is_ragged,
        1 as row_count
    from {{ ref('int_imported_rows_judged') }} as judged
    where outcome != 'deleted'
),

deletions as (
    select
        deleted.data_type,
        deleted.line_number,
        deleted.record_id,
        case
            when deleted.line_number is null then 'deleted_absent' else 'deleted'
        end as outcome,
        false as is_invalid,
        cast(null as varchar[]) as messages,
        records.own_school_ids,
        {{ schooled_user_id('records') }} as schooled_user_id,
        false as is_ragged,
        1 as row_count
    from {{ ref('int_imported_records_deleted') }} as deleted
    inner join {{ ref('stg_roster__records') }} as records
        on
            deleted.data_type = records.data_type
            and deleted.record_id = records.record_id
    inner join {{ ref('stg_incoming__imports') }} as imports
        on records.source = imports.source
),

unchanged as (
    select
        data_type,
        cast(null as bigint) as line_number,
        cast(null as varchar) as record_id,
        'no_change' as outcome,
        false as is_invalid,
        cast(null as varchar[]) as messages,
        own_school_ids,
        schooled_user_id,
        false as is_ragged,
        row_count
    from {{ ref('int_imported_rows_unchanged') }}
),

sides as (
    select
        *,
        true as is_after
    from rows_in_own_schools
    union all
    select
        *,
        true as is_after
    from unchanged
    union all
    select
        *,
        false as is_after
    from deletions
),

final as (
    select
        sides.data_type,
        sides.line_number,
        sides.record_id,
        sides.outcome,
        sides.is_invalid,
        sides.messages,
        sides.is_ragged,
        sides.row_count,
        case
            when sides.schooled_user_id is null then sides.own_school_ids
            when sides.data_type in ('demographics', 'userProfiles')
                then case
                    when sides.is_after and users_after.is_active
                        then users_after.school_ids
                    else users_before.school_ids
                end
            else list_sort(list_distinct(list_concat(
                sides.own_school_ids,
                case
                    when sides.is_after
                        then users_after.role_school_ids
                    else users_before.role_school_ids
                end
            )))
        end as school_ids
    from sides
    left join {{ ref('int_imported_users_schooled') }} as users_after
        on
            sides.schooled_user_id = users_after.user_id
            and users_after.is_after
    left join {{ ref('int_imported_users_schooled') }} as users_before
        on
            sides.schooled_user_id = users_before.user_id
            and not users_before.is_after
)

select * from final
