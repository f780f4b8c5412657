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

final as (
    select
        importable.data_type,
        importable.line_number,
        importable.record_id,
        importable.status in ('tobedeleted', 'inactive') as is_deletion,
        importable.content_key,
        importable.username
    from importable
    anti join {{ ref('int_imported_rows_repeated') }} as repeated
        on
            importable.data_type = repeated.data_type
            and importable.line_number = repeated.line_number
)

select * from final
