-- Rows that repeat what their records stand on, and nothing beside them changed: they
-- survive, change nothing and are sound, so that they need only be counted.

with unchanged as (
    select
        records.data_type,
        records.own_school_ids,
        {{ schooled_user_id('records') }} as schooled_user_id,
        records.filled
    from {{ ref('int_imported_records_standing') }} as records
    semi join {{ ref('stg_incoming__known_rows') }} as known_rows
        on
            records.data_type = known_rows.data_type
            and records.landed_in = known_rows.landed_in
            and records.landed_line = known_rows.landed_line
    anti join {{ ref('int_imported_records_doubted') }} as doubted
        on
            records.data_type = doubted.data_type
            and records.record_id = doubted.record_id
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
