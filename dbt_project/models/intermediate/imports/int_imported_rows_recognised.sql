-- Both sides are many and narrow: so they are compared once, and what others need to
-- know of it follows from this.

with final as (
    select
        known_rows.data_type,
        known_rows.line_number,
        standing.record_no
    from {{ ref('stg_incoming__known_rows') }} as known_rows
    full join {{ ref('int_imported_records_standing') }} as standing
        on
            known_rows.data_type = standing.data_type
            and known_rows.landed_in = standing.landed_in
            and known_rows.landed_line = standing.landed_line
)

select * from final
