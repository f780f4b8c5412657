{# One row per job-day whose volume is out of the usual, on the side that the predicate
tells. #}
{% macro volume_anomalies(predicate, words) -%}
with days as (
    select * from {{ ref('int_job_days_compared') }}
    where {{ predicate }}
),

final as (
    select
        days.campus_id,
        cast(null as varchar) as record_type,
        cast(null as varchar) as record_key,
        days.job_id,
        {{ attempt_name('first_attempts') }} as shown_by,
        first_attempts.requested_at as first_seen_at,
        days.last_requested_at as last_seen_at,
        cast(null as timestamp with time zone) as resolved_at,
        days.record_count as occurrences,
        'Job ' || days.job_id || ' sent {{ words }} on ' || days.requested_date || ': '
        || days.record_count || ' records, where ' || days.usual_count
        || ' are usual on that weekday.' as title,
        {{ evidence({
            'date': 'days.requested_date',
            'records': 'days.record_count',
            'usual_records': 'days.usual_count',
            'volume_share': 'round(days.volume_share, 6)',
            'earlier_days': 'days.earlier_days',
        }) }} as evidence,
        cast(null as varchar) as next_step,
        cast(null as varchar) as next_step_owner
    from days
    inner join {{ ref('int_attempts_ordered') }} as first_attempts
        on days.first_attempt_no = first_attempts.attempt_no
)

select * from final
{%- endmacro %}
