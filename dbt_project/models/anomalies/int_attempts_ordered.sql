-- Read once here, in narrow columns: every rule about attempts reads this. attempt_no
-- grows in the contract's order (section 3), so that a rule asks for the greatest one:
-- the campus's place, the microsecond in sixteen digits, and in eight the number among
-- what was attempted in it. Few attempts share theirs, found by hashes: only those are
-- sorted. All of ten million would take 10 s of CPU, and memory for all their columns.

with attempts as not materialized (
    select
        campus_id,
        request_id,
        item,
        distinct_sync_key,
        job_id,
        record_type,
        operation,
        status,
        requested_date,
        requested_at
    from {{ ref('fct_sync_attempts') }}
    where requested_at < {{ run_instant('as_of') }}
),

-- By the dates that stand there: taking them anew costs 20 s for ten million.
first_dates as (
    select
        distinct_sync_key,
        arg_min(requested_date, requested_at) as first_date
    from {{ ref('fct_sync_attempts') }}
    group by distinct_sync_key
),

places as (
    select
        campus_id,
        cast(row_number() over (order by campus_id) as hugeint) as place
    from {{ ref('fct_sync_attempts') }}
    group by campus_id
),

shared_moments as (
    select hash(campus_id, requested_at) as moment_hash
    from attempts
    group by moment_hash
    having count(*) > 1
),

ranked as (
    select
        attempts.campus_id,
        attempts.request_id,
        attempts.item,
        row_number() over (
            partition by attempts.campus_id, attempts.requested_at
            order by
                attempts.request_id asc,
                attempts.item asc
        ) as rank_in_moment
    from attempts
    semi join shared_moments
        on hash(attempts.campus_id, attempts.requested_at) = shared_moments.moment_hash
),

final as (
    select
        attempts.campus_id,
        attempts.request_id,
        attempts.item,
        attempts.distinct_sync_key,
        syncs.record_no,
        attempts.job_id,
        attempts.record_type,
        (
            places.place * 10000000000000000
            + epoch_us(attempts.requested_at)
        ) * 100000000
        + coalesce(ranked.rank_in_moment, 0) as attempt_no,
        attempts.status = 'error' as is_error,
        attempts.operation in ('create', 'bulk_create') as is_create,
        attempts.operation in ('create', 'bulk_create', 'update') as is_write,
        attempts.operation in ('delete', 'bulk_delete') as is_delete,
        attempts.requested_date = first_dates.first_date as is_first_date,
        attempts.requested_date,
        attempts.requested_at
    from attempts
    inner join {{ ref('int_syncs_resolved') }} as syncs
        on attempts.distinct_sync_key = syncs.distinct_sync_key
    inner join first_dates
        on attempts.distinct_sync_key = first_dates.distinct_sync_key
    inner join places
        on attempts.campus_id = places.campus_id
    left join ranked
        on
            attempts.campus_id = ranked.campus_id
            and attempts.request_id = ranked.request_id
            and attempts.item = ranked.item
)

select * from final
