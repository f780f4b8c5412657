-- Millions of rows, each looked at once or by few of them: as a table they would be
-- written first, which takes longer.
{{ config(materialized='view') }}

with importable as (
    select
        data_type,
        line_number,
        record_id,
        status,
        content_key,
        username
    from {{ ref('int_imported_rows_opened') }}
    where skips is null
),

current_records as (
    select
        records.data_type,
        records.record_id,
        records.is_active,
        records.content_key
    from {{ ref('stg_roster__records') }} as records
    inner join {{ ref('stg_incoming__imports') }} as imports
        on records.source = imports.source
),

winners as (
    select importable.*
    from importable
    anti join {{ ref('int_imported_rows_repeated') }} as repeated
        on
            importable.data_type = repeated.data_type
            and importable.line_number = repeated.line_number
),

final as (
    select
        winners.data_type,
        winners.line_number,
        winners.record_id,
        winners.username,
        winners.status in ('tobedeleted', 'inactive') as is_deletion,
        coalesce(current_records.is_active, false) as was_active,
        coalesce(current_records.content_key != winners.content_key, true) as is_changed
    from winners
    left join current_records
        on
            winners.data_type = current_records.data_type
            and winners.record_id = current_records.record_id
)

select * from final
