-- Of a first import these are all rows: a table of them would be written twice over.
{{ config(materialized='view') }}

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
        deleted.own_school_ids,
        {{ schooled_user_id('deleted') }} as schooled_user_id,
        false as is_ragged,
        1 as row_count
    from {{ ref('int_imported_records_deleted') }} as deleted
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

final as (
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
)

select * from final
