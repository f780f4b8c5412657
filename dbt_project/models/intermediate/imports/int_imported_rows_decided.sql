with final as (
    select
        won.data_type,
        won.line_number,
        won.record_id,
        case
            when taken.line_number is not null then 'excluded'
            when won.is_deletion and won.was_active then 'deleted'
            when won.is_deletion then 'no_change'
            when not won.was_active then 'new'
            when won.is_changed then 'updated'
            else 'no_change'
        end as outcome,
        not won.is_deletion and taken.line_number is null as is_surviving
    from {{ ref('int_imported_rows_won') }} as won
    left join {{ ref('int_imported_usernames_taken') }} as taken
        on won.data_type = taken.data_type and won.line_number = taken.line_number
)

select * from final
