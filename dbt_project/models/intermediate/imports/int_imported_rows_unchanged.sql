-- Rows that repeat what their records stand on, and nothing beside them changed: they
-- survive, change nothing and are sound, so that they need only be counted.

with unchanged as (
    select
        records.data_type,
        records.own_school_ids,
        {{ schooled_user_id('records') }} as schooled_user_id,
        records.filled
    from {{ ref('int_imported_records_standing') }} as records
    anti join {{ ref('int_imported_rows_recognised') }} as unrepeated
        on
            records.record_no = unrepeated.record_no
            and unrepeated.line_number is null
    anti join {{ ref('int_imported_records_doubted') }} as doubted
        on records.record_no = doubted.record_no
),

final as (
    select
        data_type,
        own_school_ids,
        schooled_user_id,
        count(*) as row_count,
        bit_or(filled) as filled
    from unchanged
    group by
        data_type,
        own_school_ids,
        schooled_user_id
)

select * from final
