-- One that an earlier row was refused may still be borne by the record of that row.

with rules as (
    select
        column_name,
        message
    from {{ ref('stg_incoming__rules') }}
    where data_type = 'users' and check_name = 'unique'
),

surviving as (
    select
        won.line_number,
        won.record_id,
        won.username
    from {{ ref('int_imported_rows_won') }} as won
    inner join {{ ref('int_imported_rows_decided') }} as decided
        on won.data_type = decided.data_type and won.line_number = decided.line_number
    where won.data_type = 'users' and decided.is_surviving
),

bearers as (
    select
        surviving.record_id,
        surviving.username
    from surviving
    union all
    select
        kept.record_id,
        kept.username
    from {{ ref('int_imported_records_kept') }} as kept
    semi join surviving as bearing
        on kept.username = bearing.username
    anti join surviving
        on kept.record_id = surviving.record_id
    where kept.data_type = 'users'
),

shared as (
    select username
    from bearers
    where username is not null
    group by username
    having count(*) > 1
),

final as (
    select
        rows.data_type,
        rows.line_number,
        {{ told_rule('rows', 'rules', 'surviving.username') }} as message
    from surviving
    inner join shared
        on surviving.username = shared.username
    inner join {{ ref('int_imported_rows_opened') }} as rows
        on surviving.line_number = rows.line_number and rows.data_type = 'users'
    cross join rules
)

select * from final
