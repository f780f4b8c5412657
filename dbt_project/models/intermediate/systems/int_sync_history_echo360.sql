with windows as (
    select
        *,
        case
            when status = 'Failed' then 'Failed'
            when fetched_at is not null then 'Completed'
            else 'In Progress'
        end as sync_status
    from {{ ref('int_engagement_windows_described') }}
    -- What was never asked for has not begun.
    where requested_at is not null
)

select
    campus_id,
    concat_ws(
        ':',
        source,
        report,
        strftime(timezone('UTC', window_start), '%Y-%m-%d')
    ) as sync_id,
    source,
    'Echo360' as app,
    'import' as direction,
    report as event,
    'Scheduled' as posted_by,
    requested_at as started_at,
    fetched_at as finished_at,
    sync_status as status,
    case when sync_status != 'Completed' then lower(status) end as stage,
    row_count as records,
    cast(if(sync_status = 'Failed', 1, 0) as bigint) as errors,
    case
        when sync_status = 'Failed'
            then 'Ask Echo360 why request ' || request_id || ' failed.'
    end as next_step,
    case when sync_status = 'Failed' then 'vendor' end as next_step_owner
from windows
