with final as (
    select doubted.record_no
    from {{ ref('int_imported_records_doubted') }} as doubted
    anti join {{ ref('int_imported_rows_judged') }} as judged
        on
            doubted.data_type = judged.data_type
            and doubted.record_id = judged.record_id
            and judged.outcome in ('no_change', 'new', 'updated')
            and not judged.is_invalid
)

select * from final
