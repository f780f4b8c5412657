-- A row that repeats what its record stands on needs a look when something beside it
-- changes: another row of the record, who bears its username, what it refers to.

{% set referred_types = ['orgs', 'academicSessions', 'courses', 'classes', 'users'] %}
with types_new_to_it as (
    select files.data_type
    from {{ ref('stg_incoming__files') }} as files
    cross join {{ ref('stg_incoming__imports') }} as imports
    anti join {{ ref('stg_roster__known_types') }} as known_types
        on
            files.data_type = known_types.data_type
            and imports.source = known_types.source
),

-- Seldom does a row come twice: then there are more pairs than records.
repeated as (
    select record_no
    from {{ ref('int_imported_rows_recognised') }}
    where
        (
            select count(recognised.record_no)
            from {{ ref('int_imported_rows_recognised') }} as recognised
        )
        > (select count(*) from {{ ref('int_imported_records_standing') }})
        and record_no is not null
    group by record_no
    having count(*) > 1
),

-- References are taken apart of those types alone of which a record leaves.
types_leaving as (
    select distinct data_type
    from {{ ref('int_imported_records_leaving') }}
),

referring as (
    {%- for data_type in referred_types %}
        select
            standing.record_no,
            standing.data_type,
            standing.record_id,
            types_leaving.data_type as referred_type,
            unnest(standing.referred_{{ data_type | lower }}) as referred_id
        from {{ ref('int_imported_records_standing') }} as standing
        inner join types_leaving on types_leaving.data_type = '{{ data_type }}'
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- With all that is wanted of a record: to join the few to the many once more, DuckDB
-- took the many for the fewer.
final as (
    select
        standing.record_no,
        standing.data_type,
        standing.record_id
    from {{ ref('int_imported_records_standing') }} as standing
    semi join {{ ref('int_imported_rows_unsettled') }} as unsettled
        on
            standing.data_type = unsettled.data_type
            and standing.record_id = unsettled.record_id
    union
    select
        standing.record_no,
        standing.data_type,
        standing.record_id
    from {{ ref('int_imported_records_standing') }} as standing
    semi join repeated
        on standing.record_no = repeated.record_no
    union
    select
        standing.record_no,
        standing.data_type,
        standing.record_id
    from {{ ref('int_imported_records_standing') }} as standing
    semi join {{ ref('int_imported_rows_unsettled') }} as unsettled
        on
            standing.data_type = unsettled.data_type
            and standing.username = unsettled.username
    where standing.data_type = 'users'
    union
    select
        referring.record_no,
        referring.data_type,
        referring.record_id
    from referring
    semi join {{ ref('int_imported_records_leaving') }} as leaving
        on
            referring.referred_type = leaving.data_type
            and referring.referred_id = leaving.record_id
    {%- for data_type in referred_types %}
        union
        select
            standing.record_no,
            standing.data_type,
            standing.record_id
        from {{ ref('int_imported_records_standing') }} as standing
        inner join types_new_to_it on types_new_to_it.data_type = '{{ data_type }}'
        where standing.referred_{{ data_type | lower }} is not null
    {%- endfor %}
)

select * from final
