with landed as (
    select
        source,
        kind,
        campus_id,
        sis_type
    from {{ source('connected', 'sources') }}
)

select * from landed
