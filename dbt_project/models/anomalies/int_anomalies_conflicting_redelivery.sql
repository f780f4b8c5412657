with delivered as (
    select
        campus_id,
        request_id,
        {{ exploded('delivered_contents') }} as content
    from {{ ref('int_requests_deduplicated') }}
    where delivered_contents is not null
),

known as (
    select
        *,
        cast(json_extract_string(content, '$.requested_at') as timestamp with time zone)
            as requested_at
    from delivered
    where
        cast(json_extract_string(content, '$.requested_at') as timestamp with time zone)
        < {{ run_instant('as_of') }}
),

conflicts as (
    select
        campus_id,
        request_id,
        count(*) as occurrences,
        {{ different_fields('content') }} as fields,
        min(requested_at) as first_seen_at,
        max(requested_at) as last_seen_at
    from known
    group by
        campus_id,
        request_id
    having count(*) > 1
),

-- Sought first: the outer join below would keep all attempts in memory.
attempts as (
    select
        attempts.campus_id,
        attempts.request_id,
        attempts.distinct_sync_key
    from {{ ref('fct_sync_attempts') }} as attempts
    semi join conflicts
        on
            attempts.campus_id = conflicts.campus_id
            and attempts.request_id = conflicts.request_id
    where attempts.operation not in ('bulk_create', 'bulk_delete')
),

final as (
    select
        conflicts.campus_id,
        requests.record_type,
        syncs.record_key,
        requests.job_id,
        conflicts.request_id as shown_by,
        conflicts.first_seen_at,
        conflicts.last_seen_at,
        cast(null as timestamp with time zone) as resolved_at,
        conflicts.occurrences,
        'Request ' || conflicts.request_id || ' was delivered '
        || conflicts.occurrences
        || ' times with different content; the earliest counts.' as title,
        {{ evidence({
            'request_id': 'conflicts.request_id',
            'different_fields': 'conflicts.fields',
            'versions': 'conflicts.occurrences',
        }) }} as evidence,
        cast(null as varchar) as next_step,
        cast(null as varchar) as next_step_owner
    from conflicts
    inner join {{ ref('int_requests_deduplicated') }} as requests
        on
            conflicts.campus_id = requests.campus_id
            and conflicts.request_id = requests.request_id
    left join attempts
        on
            conflicts.campus_id = attempts.campus_id
            and conflicts.request_id = attempts.request_id
    left join {{ ref('fct_distinct_syncs') }} as syncs
        on attempts.distinct_sync_key = syncs.distinct_sync_key
)

select * from final
