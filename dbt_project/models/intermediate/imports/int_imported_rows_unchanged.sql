-- Rows that repeat what their records stand on, and nothing beside them changed: they
-- survive, change nothing and are sound, so that they need only be counted.

with looked_at as (
    select record_no
    from {{ ref('int_imported_rows_recognised') }}
    where line_number is null
    union all
    select record_no
    from {{ ref('int_imported_records_doubted') }}
),

unchanged as (
    select
        records.data_type,
        records.own_school_ids,
        {{ schooled_user_id('records') }} as schooled_user_id,
        records.filled
    from {{ ref('int_imported_records_standing') }} as records
    anti join looked_at
        on records.record_no = looked_at.record_no
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
