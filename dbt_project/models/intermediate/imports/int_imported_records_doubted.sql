-- A row that repeats what its record stands on needs a look when something beside it
-- changes: another row of the record, who bears its username, what it refers to.

{% set referred_types = ['orgs', 'academicSessions', 'courses', 'classes', 'users'] %}
with standing as (
    select * from {{ ref('int_imported_records_standing') }}
),

types_new_to_it as (
    select files.data_type
    from {{ ref('stg_incoming__files') }} as files
    cross join {{ ref('stg_incoming__imports') }} as imports
    anti join {{ ref('stg_roster__known_types') }} as known_types
        on
            files.data_type = known_types.data_type
            and imports.source = known_types.source
),

repeated as (
    select
        data_type,
        landed_in,
        landed_line
    from {{ ref('stg_incoming__known_rows') }}
    group by
        data_type,
        landed_in,
        landed_line
    having count(*) > 1
),

-- References are taken apart of those types alone to which something happened.
types_changing as (
    select data_type from {{ ref('int_imported_records_leaving') }}
    union
    select data_type from types_new_to_it
),

referring as (
    {%- for data_type in referred_types %}
        select
            standing.data_type,
            standing.record_id,
            types_changing.data_type as referred_type,
            unnest(standing.referred_{{ data_type | lower }}) as referred_id
        from standing
        inner join types_changing on types_changing.data_type = '{{ data_type }}'
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        standing.data_type,
        standing.record_id
    from standing
    semi join {{ ref('int_imported_rows_unsettled') }} as unsettled
        on
            standing.data_type = unsettled.data_type
            and standing.record_id = unsettled.record_id
    union
    select
        standing.data_type,
        standing.record_id
    from standing
    semi join repeated
        on
            standing.data_type = repeated.data_type
            and standing.landed_in = repeated.landed_in
            and standing.landed_line = repeated.landed_line
    union
    select
        standing.data_type,
        standing.record_id
    from standing
    semi join {{ ref('int_imported_rows_unsettled') }} as unsettled
        on
            standing.data_type = unsettled.data_type
            and standing.username = unsettled.username
    where standing.data_type = 'users'
    union
    select
        referring.data_type,
        referring.record_id
    from referring
    semi join {{ ref('int_imported_records_leaving') }} as leaving
        on
            referring.referred_type = leaving.data_type
            and referring.referred_id = leaving.record_id
    union
    select
        referring.data_type,
        referring.record_id
    from referring
    semi join types_new_to_it
        on referring.referred_type = types_new_to_it.data_type
)

select * from final
