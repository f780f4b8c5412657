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
        from {{ ref('stg_incoming__rows') }}
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

final as (
    select
        referred.data_type,
        referred.record_id
    from referred
    inner join known_types
        on referred.data_type = known_types.data_type
    anti join {{ ref('int_imported_records_kept') }} as kept
        on referred.data_type = kept.data_type and referred.record_id = kept.record_id
    anti join added
        on referred.data_type = added.data_type and referred.record_id = added.record_id
)

select * from final
