-- Columns that some applied record filled and no surviving row fills: how many of the
-- active records do. Of a file that is as ever there is none, and no record is read.

with whole_sets as (
    select
        data_type,
        filled_names
    from {{ ref('stg_incoming__files') }}
    where is_named and not is_delta
),

survivors as (
    select
        rows.data_type,
        rows.filled
    from {{ ref('int_imported_rows_opened') }} as rows
    semi join {{ ref('int_imported_rows_decided') }} as decided
        on
            rows.data_type = decided.data_type
            and rows.line_number = decided.line_number
            and decided.is_surviving
    union all
    select
        data_type,
        filled
    from {{ ref('int_imported_rows_unchanged') }}
),

filled_by_survivors as (
    select
        data_type,
        bit_or(filled) as filled
    from survivors
    group by data_type
),

columns_placed as (
    select
        whole_sets.data_type,
        unnest(whole_sets.filled_names) as column_name,
        unnest(range(len(whole_sets.filled_names))) as place,
        filled_by_survivors.filled
    from whole_sets
    inner join filled_by_survivors
        on whole_sets.data_type = filled_by_survivors.data_type
),

filled_columns as (
    select
        data_type,
        column_name
    from columns_placed
    where (filled >> cast(place as integer)) & 1 = 1
),

suspects as (
    select
        known.data_type,
        known.column_name
    from {{ ref('stg_roster__known_columns') }} as known
    inner join {{ ref('stg_incoming__imports') }} as imports
        on known.source = imports.source
    semi join whole_sets
        on known.data_type = whole_sets.data_type
    anti join filled_columns
        on
            known.data_type = filled_columns.data_type
            and known.column_name = filled_columns.column_name
),

final as (
    select
        suspects.data_type,
        suspects.column_name,
        count(*) as active_count,
        count(*) filter (
            where json_exists(records.content, '$."' || suspects.column_name || '"')
        ) as filled_count
    from suspects
    inner join {{ ref('stg_incoming__records') }} as records
        on suspects.data_type = records.data_type
    where records.is_active
    group by
        suspects.data_type,
        suspects.column_name
)

select * from final
