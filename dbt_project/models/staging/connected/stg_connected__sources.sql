with landed as (
    select
        source,
        kind,
        campus_id,
        sis_type,
        time_zone
    from {{ source('connected', 'sources') }}
)

select * from landed
