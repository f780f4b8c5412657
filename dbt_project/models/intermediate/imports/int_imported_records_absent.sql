with whole_sets as (
    select data_type
    from {{ ref('stg_incoming__files') }}
    where is_named and not is_delta
),

active_records as (
    select
        records.data_type,
        records.record_id
    from {{ ref('stg_roster__records') }} as records
    inner join {{ ref('stg_incoming__imports') }} as imports
        on records.source = imports.source
    inner join whole_sets
        on records.data_type = whole_sets.data_type
    anti join {{ ref('stg_incoming__known_rows') }} as known_rows
        on
            records.data_type = known_rows.data_type
            and records.landed_in = known_rows.landed_in
            and records.landed_line = known_rows.landed_line
    where records.is_active
),

borne as (
    select
        data_type,
        record_id
    from {{ ref('int_imported_rows_unsettled') }}
    where record_id is not null
),

final as (
    select active_records.*
    from active_records
    anti join borne
        on
            active_records.data_type = borne.data_type
            and active_records.record_id = borne.record_id
)

select * from final
