-- Judged value by value: many rows refer to few records.

{% set referred_types = ['orgs', 'academicSessions', 'courses', 'classes', 'users'] %}
with known_types as (
    select data_type
    from {{ ref('stg_incoming__files') }}
    union
    select known_types.data_type
    from {{ ref('stg_roster__known_types') }} as known_types
    inner join {{ ref('stg_incoming__imports') }} as imports
        on known_types.source = imports.source
),

referred as (
    {%- for data_type in referred_types %}
        select distinct
            '{{ data_type }}' as data_type,
            unnest(referred_{{ data_type | lower }}) as record_id
        from {{ ref('int_imported_rows_opened') }}
        where referred_{{ data_type | lower }} is not null
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

added as (
    select
        data_type,
        record_id
    from {{ ref('int_imported_rows_decided') }}
    where outcome = 'new'
),

-- From the side of the few: the records are many.
active_before as (
    select
        records.record_no,
        records.data_type,
        records.record_id
    from {{ ref('stg_incoming__records') }} as records
    semi join referred
        on
            records.data_type = referred.data_type
            and records.record_id = referred.record_id
    where records.is_active
),

standing as (
    select
        active_before.data_type,
        active_before.record_id
    from active_before
    anti join {{ ref('int_imported_records_deleted') }} as deleted
        on active_before.record_no = deleted.record_no
    union all
    select
        data_type,
        record_id
    from added
),

final as (
    select
        referred.data_type,
        referred.record_id
    from referred
    inner join known_types
        on referred.data_type = known_types.data_type
    anti join standing
        on
            referred.data_type = standing.data_type
            and referred.record_id = standing.record_id
)

select * from final
