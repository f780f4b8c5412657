-- Counted against the records that were active on that date, by what the roster now
-- says of them: from their creation until they were archived or gone.

with candidates as (
    select
        days.campus_id,
        days.job_id,
        days.record_type,
        days.requested_date,
        timezone(
            coalesce(campuses.time_zone, 'UTC'),
            cast(days.requested_date as timestamp)
        ) as day_begins_at,
        timezone(
            coalesce(campuses.time_zone, 'UTC'),
            cast(days.requested_date + 1 as timestamp)
        ) as day_ends_at,
        {{ threshold('mass_change_share') }} as wanted_share,
        {{ threshold('mass_change_records') }} as wanted_records
    from {{ ref('int_job_days_counted') }} as days
    inner join {{ ref('int_job_days_summed') }} as jobs
        on
            days.campus_id = jobs.campus_id
            and days.job_id = jobs.job_id
            and days.requested_date = jobs.requested_date
    left join {{ ref('dim_campuses') }} as campuses
        on days.campus_id = campuses.campus_id
    left join {{ ref('int_anomaly_thresholds') }} as thresholds
        on days.campus_id = thresholds.campus_id
    where
        greatest(days.deleted_count, days.new_count)
        >= {{ threshold('mass_change_records') }}
        and days.requested_date - jobs.job_first_date
        >= {{ threshold('mass_change_job_age_days') }}
),

active as (
    select
        candidates.campus_id,
        candidates.job_id,
        candidates.record_type,
        candidates.requested_date,
        candidates.wanted_share,
        candidates.wanted_records,
        roster.record_no
    from candidates
    inner join {{ ref('int_roster_records_united') }} as roster
        on
            candidates.campus_id = roster.campus_id
            and candidates.record_type = roster.record_type
            and candidates.day_ends_at > roster.created_at
            and candidates.day_begins_at
            <= coalesce(roster.ended_at, candidates.day_begins_at)
),

touched as (
    select
        attempts.campus_id,
        attempts.job_id,
        attempts.record_type,
        attempts.requested_date,
        attempts.record_no,
        bool_or(attempts.is_delete) as is_deleted,
        bool_or(attempts.is_first_date) as is_new,
        min(attempts.attempt_no) as first_attempt_no,
        max(attempts.requested_at) as last_requested_at
    from {{ ref('int_attempts_ordered') }} as attempts
    semi join candidates
        on
            attempts.campus_id = candidates.campus_id
            and attempts.job_id = candidates.job_id
            and attempts.record_type = candidates.record_type
            and attempts.requested_date = candidates.requested_date
    where not attempts.is_error and (attempts.is_delete or attempts.is_first_date)
    group by
        attempts.campus_id,
        attempts.job_id,
        attempts.record_type,
        attempts.requested_date,
        attempts.record_no
),

final as (
    select
        active.campus_id,
        active.job_id,
        active.record_type,
        active.requested_date,
        any_value(active.wanted_share) as wanted_share,
        any_value(active.wanted_records) as wanted_records,
        count(*) as active_count,
        count(*) filter (where touched.is_deleted) as deleted_count,
        count(*) filter (where touched.is_new) as new_count,
        min(touched.first_attempt_no) as first_attempt_no,
        max(touched.last_requested_at) as last_requested_at
    from active
    left join touched
        on
            active.campus_id = touched.campus_id
            and active.job_id = touched.job_id
            and active.record_type = touched.record_type
            and active.requested_date = touched.requested_date
            and active.record_no = touched.record_no
    group by
        active.campus_id,
        active.job_id,
        active.record_type,
        active.requested_date
)

select * from final
