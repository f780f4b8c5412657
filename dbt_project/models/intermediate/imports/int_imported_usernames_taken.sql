-- A record that this import neither renames nor deletes keeps its username; of the rows
-- that want one name the first in the file gets it. Says whose each taken name is.

with wanted as (
    select
        line_number,
        record_id,
        username
    from {{ ref('int_imported_rows_won') }}
    where data_type = 'users' and not is_deletion and username is not null
),

untouched as (
    select
        records.username,
        min(records.record_id) as record_id
    from {{ ref('stg_incoming__records') }} as records
    semi join wanted
        on records.username = wanted.username
    anti join {{ ref('int_imported_rows_won') }} as won
        on records.data_type = won.data_type and records.record_id = won.record_id
    anti join {{ ref('int_imported_records_absent') }} as absent
        on records.data_type = absent.data_type and records.record_id = absent.record_id
    where
        records.data_type = 'users'
        and records.is_active
        and records.username is not null
    group by records.username
),

first_wanted as (
    select
        username,
        min(line_number) as line_number,
        arg_min(record_id, line_number) as record_id
    from wanted
    group by username
),

final as (
    select
        'users' as data_type,
        wanted.line_number,
        wanted.username,
        coalesce(untouched.record_id, first_wanted.record_id) as bearer_id
    from wanted
    inner join first_wanted
        on wanted.username = first_wanted.username
    left join untouched
        on wanted.username = untouched.username
    where
        wanted.line_number > first_wanted.line_number
        or untouched.username is not null
)

select * from final
