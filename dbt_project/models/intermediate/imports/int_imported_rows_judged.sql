-- With what its schools need of a row, so that rows are not joined once more. It is a
-- table: as a view, five million rows did not fit into 2 GB with the next model's.

with told_of_records as (
    select
        data_type,
        line_number,
        list(message order by message) as messages
    from (
        select * from {{ ref('int_imported_references_told') }}
        union all
        select * from {{ ref('int_imported_usernames_shared') }}
    )
    group by
        data_type,
        line_number
),

-- Why a sound row does not count: another row of its record does, or its username is
-- another record's.
passed_over as (
    select
        data_type,
        line_number,
        'line ' || winning_line_number || ' is of the same sourcedId and counts'
        || case
            when outcome = 'merged' then '; both say the same'
            else ' instead: the latest dateLastModified does, then the last line'
        end as reason
    from {{ ref('int_imported_rows_repeated') }}
    union all
    select
        data_type,
        line_number,
        'username ''' || left(username, 100) || ''' is taken by ' || bearer_id as reason
    from {{ ref('int_imported_usernames_taken') }}
),

outcomes as (
    select
        data_type,
        line_number,
        record_no,
        outcome,
        is_surviving
    from {{ ref('int_imported_rows_decided') }}
    union all
    select
        data_type,
        line_number,
        cast(null as bigint) as record_no,
        outcome,
        false as is_surviving
    from {{ ref('int_imported_rows_repeated') }}
),

final as (
    select
        rows.data_type,
        rows.line_number,
        rows.record_id,
        outcomes.record_no,
        rows.own_school_ids,
        rows.user_id,
        rows.has_role_schools,
        rows.is_ragged,
        coalesce(outcomes.outcome, 'skipped') as outcome,
        coalesce(outcomes.is_surviving, false)
        and (rows.flags is not null or told_of_records.messages is not null)
            as is_invalid,
        case
            when rows.skips is not null then rows.skips
            when outcomes.is_surviving
                then list_concat(rows.flags, told_of_records.messages)
            when passed_over.reason is not null
                then [{{ told_row('rows') }} || passed_over.reason]
        end as messages
    from {{ ref('int_imported_rows_opened') }} as rows
    left join outcomes
        on
            rows.data_type = outcomes.data_type
            and rows.line_number = outcomes.line_number
    left join told_of_records
        on
            rows.data_type = told_of_records.data_type
            and rows.line_number = told_of_records.line_number
    left join passed_over
        on
            rows.data_type = passed_over.data_type
            and rows.line_number = passed_over.line_number
)

select * from final
