with events as (
    select
        *,
        case
            when event like '%Failed%' or event like '%Sync Error%' then 'Failed'
            when event like '%With Errors%' or errors > 0 then 'Warning'
            when date_finished is null then 'In Progress'
            else 'Completed'
        end as status
    from {{ ref('int_provisioning_events_deduplicated') }}
)

select
    campus_id,
    concat_ws(
        ':',
        source,
        event,
        coalesce(syncprofile_name, ''),
        strftime(timezone('UTC', date_started), '%Y%m%dT%H%M%SZ')
    ) as sync_id,
    source,
    'Cloudwork' as app,
    'import' as direction,
    event,
    coalesce(user_name, 'Scheduled') as posted_by,
    date_started as started_at,
    date_finished as finished_at,
    status,
    case status when 'Failed' then event when 'In Progress' then 'started' end as stage,
    processed as records,
    errors,
    case
        when event = 'Authentication Failed'
            then 'See whether the name and the password are right.'
        when event like '%CSV%' and status in ('Failed', 'Warning')
            then 'Mend the CSV file that the details name, and upload it again.'
        when status in ('Failed', 'Warning')
            then 'See in the details which accounts failed, and mend the sync profile.'
    end as next_step,
    case when status in ('Failed', 'Warning') then 'school' end as next_step_owner
from events
