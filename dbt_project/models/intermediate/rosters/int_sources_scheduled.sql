-- A Python model reads it, which cannot read a view.
{{ config(materialized='table') }}

-- A source with a schedule is a job too: it is due by its own schedule. What a source
-- of rosters sends is a bundle that arrives; any other has sent what was read of it.
-- The platform belongs to all of its campuses.

with configured as (
    select
        source,
        kind,
        campus_id,
        schedule_cron,
        time_zone
    from {{ ref('stg_readings__configured') }}
    where schedule_cron is not null and kind != 'oneroster'
),

read_up_to_now as (
    select
        source,
        max(read_as_of) as last_read_at
    from {{ ref('stg_readings__attempts') }}
    where error is null and read_as_of <= {{ run_instant('as_of') }}
    group by source
),

campuses as (
    select campus_id
    from {{ ref('int_campuses_versioned') }}
    where is_newest and valid_to_at is null
),

united as (
    select
        campus_id,
        source,
        kind,
        schedule_cron,
        time_zone,
        last_bundle_at as last_request_at,
        'Reads the bundles of source ' || source || '.' as description
    from {{ ref('stg_roster__sources') }}
    where schedule_cron is not null and campus_id is not null
    union all
    select
        coalesce(configured.campus_id, campuses.campus_id) as campus_id,
        configured.source,
        configured.kind,
        configured.schedule_cron,
        configured.time_zone,
        read_up_to_now.last_read_at as last_request_at,
        'Reads source ' || configured.source || '.' as description
    from configured
    left join campuses on configured.campus_id is null
    left join read_up_to_now on configured.source = read_up_to_now.source
    where coalesce(configured.campus_id, campuses.campus_id) is not null
),

final as (
    select
        campus_id,
        'source:' || source as job_id,
        source as job,
        schedule_cron,
        time_zone,
        last_request_at,
        case kind
            when 'oneroster' then 'OneRoster CSV'
            when 'canvas' then 'Canvas'
            when 'cloudwork' then 'Cloudwork'
            when 'echo360' then 'Echo360'
            when 'platform' then 'Platform'
            else kind
        end as source_system,
        description
    from united
)

select * from final
