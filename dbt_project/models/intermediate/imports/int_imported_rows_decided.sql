-- Each beside what its record is now, which is looked for once.

with compared as (
    select
        won.data_type,
        won.line_number,
        won.record_id,
        won.is_deletion,
        records.record_no,
        coalesce(records.is_active, false) as was_active,
        coalesce(records.content_key != won.content_key, true) as is_changed
    from {{ ref('int_imported_rows_won') }} as won
    left join {{ ref('stg_incoming__records') }} as records
        on won.data_type = records.data_type and won.record_id = records.record_id
),

final as (
    select
        compared.data_type,
        compared.line_number,
        compared.record_id,
        compared.record_no,
        case
            when taken.line_number is not null then 'excluded'
            when compared.is_deletion and compared.was_active then 'deleted'
            when compared.is_deletion then 'no_change'
            when not compared.was_active then 'new'
            when compared.is_changed then 'updated'
            else 'no_change'
        end as outcome,
        not compared.is_deletion and taken.line_number is null as is_surviving
    from compared
    left join {{ ref('int_imported_usernames_taken') }} as taken
        on
            compared.data_type = taken.data_type
            and compared.line_number = taken.line_number
)

select * from final
