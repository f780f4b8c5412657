-- The usual volume of a weekday: the median of the four weeks before. Days on which the
-- job sent nothing and blackouts are left out; a young job has no usual volume yet. The
-- job's first day often brings all there is: where it is among the days, one day more
-- is needed, so that it is outweighed. A day that is not over at as_of may only have
-- too much, not too little.

-- Each day counts for the dates one, two, three and four weeks after it.
with counted as (
    select
        campus_id,
        job_id,
        requested_date + {{ exploded('[7, 14, 21, 28]') }} as compared_date,
        record_count,
        requested_date > job_first_date as is_after_first
    from {{ ref('int_job_days_summed') }}
    where not is_blackout
),

usual as (
    select
        campus_id,
        job_id,
        compared_date,
        median(record_count) as usual_count,
        count(*) as earlier_days,
        count_if(is_after_first) as days_after_first
    from counted
    group by
        campus_id,
        job_id,
        compared_date
),

final as (
    select
        days.campus_id,
        days.job_id,
        days.requested_date,
        days.record_count,
        usual.usual_count,
        usual.earlier_days,
        days.record_count / usual.usual_count as volume_share,
        days.requested_date < cast(
            timezone(
                coalesce(campuses.time_zone, 'UTC'), {{ run_instant('as_of') }}
            ) as date
        ) as is_over,
        {{ threshold('volume_drop_share') }} as drop_share,
        {{ threshold('volume_spike_share') }} as spike_share,
        days.first_attempt_no,
        days.last_requested_at
    from {{ ref('int_job_days_summed') }} as days
    inner join usual
        on
            days.campus_id = usual.campus_id
            and days.job_id = usual.job_id
            and days.requested_date = usual.compared_date
    left join {{ ref('dim_campuses') }} as campuses
        on days.campus_id = campuses.campus_id
    left join {{ ref('int_anomaly_thresholds') }} as thresholds
        on days.campus_id = thresholds.campus_id
    where
        not days.is_blackout
        and usual.usual_count >= {{ threshold('volume_records') }}
        and usual.days_after_first >= {{ threshold('volume_earlier_days') }}
        and days.requested_date - days.job_first_date
        >= {{ threshold('volume_job_age_days') }}
)

select * from final
