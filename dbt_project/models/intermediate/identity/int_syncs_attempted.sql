-- One row per distinct sync that at least one counting attempt made, over all history.

with attempts as (
    select
        distinct_sync_key,
        status,
        requested_at,
    from {{ ref('fct_sync_attempts') }}
),

final as (
    select
        distinct_sync_key,
        count(*) as attempted_count,
        count(*) filter (where status = 'error') as error_count,
        min(requested_at) as first_attempted_at,
        max(requested_at) as last_attempted_at,
    from attempts
    group by distinct_sync_key
)

select * from final
