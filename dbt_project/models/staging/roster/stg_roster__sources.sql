with found as (
    select
        source,
        kind,
        campus_id,
        status,
        message,
        schedule_cron,
        time_zone,
        last_bundle_at
    from {{ source('roster', 'sources') }}
)

select * from found
