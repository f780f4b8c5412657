with named as (
    select
        campus_id,
        job_id,
        is_enabled,
        {{ exploded("string_split(record_types, ';')") }} as record_type
    from {{ ref('dim_integration_jobs') }}
    where not is_deleted
),

final as (
    select distinct
        campus_id,
        job_id,
        trim(record_type) as record_type,
        is_enabled
    from named
    where trim(record_type) <> ''
)

select * from final
order by
    campus_id asc,
    job_id asc,
    record_type asc
