-- Only repeated ids are ranked: few are.

with importable as (
    select
        data_type,
        line_number,
        record_id,
        status,
        modified_at,
        content_key
    from {{ ref('int_imported_rows_opened') }}
    where skips is null
),

repeated as (
    select
        data_type,
        record_id
    from importable
    group by
        data_type,
        record_id
    having count(*) > 1
),

ranked as (
    select
        importable.data_type,
        importable.line_number,
        importable.status,
        importable.content_key,
        row_number() over latest_first as place,
        first_value(importable.line_number) over latest_first as winning_line_number,
        first_value(importable.status) over latest_first as winning_status,
        first_value(importable.content_key) over latest_first as winning_content_key
    from importable
    inner join repeated
        on
            importable.data_type = repeated.data_type
            and importable.record_id = repeated.record_id
    window latest_first as (
        partition by importable.data_type, importable.record_id
        order by importable.modified_at desc nulls last, importable.line_number desc
    )
),

final as (
    select
        data_type,
        line_number,
        winning_line_number,
        case
            when status = winning_status and content_key = winning_content_key
                then 'merged'
            else 'excluded'
        end as outcome
    from ranked
    where place > 1
)

select * from final
