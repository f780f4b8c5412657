with known as (
    select
        source,
        record_id,
        json_extract_string(content, '$.name') as school_name
    from {{ ref('stg_roster__records') }}
    where data_type = 'orgs'
),

delivered as (
    select
        import_no,
        record_id,
        max(json_extract_string(content, '$.name')) as school_name
    from {{ ref('stg_roster__rows') }}
    where data_type = 'orgs' and outcome in ('new', 'updated')
    group by
        import_no,
        record_id
),

counted as (
    select distinct
        import_no,
        school_id
    from {{ ref('stg_roster__counts') }}
    where school_id is not null
),

final as (
    select
        counted.import_no,
        counted.school_id,
        coalesce(known.school_name, delivered.school_name) as school_name
    from counted
    inner join {{ ref('stg_roster__imports') }} as imports
        on counted.import_no = imports.import_no
    left join known
        on imports.source = known.source and counted.school_id = known.record_id
    left join delivered
        on
            counted.import_no = delivered.import_no
            and counted.school_id = delivered.record_id
)

select * from final
