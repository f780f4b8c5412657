-- A Python model reads it, which cannot read a view.
{{ config(materialized='table') }}

-- A source of rosters is a job too: it is due by its own schedule, and a bundle that
-- arrives is what it sends.

with final as (
    select
        campus_id,
        'source:' || source as job_id,
        source as job,
        schedule_cron,
        time_zone,
        last_bundle_at as last_request_at,
        case kind when 'oneroster' then 'OneRoster CSV' else kind end
            as source_system,
        'Reads the bundles of source ' || source || '.' as description
    from {{ ref('stg_roster__sources') }}
    where schedule_cron is not null
)

select * from final
