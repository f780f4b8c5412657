with landed as (
    select
        source,
        kind,
        campus_id,
        schedule as schedule_cron,
        time_zone
    from {{ source('readings', 'configured') }}
)

select * from landed
