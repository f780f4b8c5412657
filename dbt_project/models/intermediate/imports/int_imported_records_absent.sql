with whole_sets as (
    select data_type
    from {{ ref('stg_incoming__files') }}
    where is_named and not is_delta
),

-- Records that stand on no landed row cannot be known again.
unrepeated as (
    select
        standing.record_no,
        standing.data_type,
        standing.record_id
    from {{ ref('int_imported_records_standing') }} as standing
    semi join {{ ref('int_imported_rows_recognised') }} as recognised
        on
            standing.record_no = recognised.record_no
            and recognised.line_number is null
    union all
    select
        records.record_no,
        records.data_type,
        records.record_id
    from {{ ref('stg_incoming__records') }} as records
    where records.is_active and records.landed_in is null
),

borne as (
    select
        data_type,
        record_id
    from {{ ref('int_imported_rows_unsettled') }}
    where record_id is not null
),

final as (
    select unrepeated.*
    from unrepeated
    inner join whole_sets
        on unrepeated.data_type = whole_sets.data_type
    anti join borne
        on
            unrepeated.data_type = borne.data_type
            and unrepeated.record_id = borne.record_id
)

select * from final
