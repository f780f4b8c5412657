-- What happened once stays open for some days after it was last seen; the rest says
-- itself when it ended.

with found as (
    {{ anomalies_united() }}
),

timed as (
    select
        found.campus_id,
        {{ content_key(['found.rule', 'found.campus_id', 'found.shown_by']) }}
            as anomaly_uid,
        found.rule,
        rules.severity,
        found.record_type,
        found.record_key,
        found.job_id,
        found.title,
        found.evidence,
        coalesce(found.next_step, rules.next_step) as next_step,
        coalesce(found.next_step_owner, rules.next_step_owner) as next_step_owner,
        cast(found.occurrences as bigint) as occurrences,
        found.first_seen_at,
        found.last_seen_at,
        case
            when not rules.is_event then found.resolved_at
            when
                found.last_seen_at
                + to_days(cast({{ threshold('event_open_days') }} as integer))
                <= {{ run_instant('as_of') }}
                then
                    found.last_seen_at
                    + to_days(cast({{ threshold('event_open_days') }} as integer))
        end as resolved_at
    from found
    inner join {{ ref('anomaly_rules') }} as rules
        on found.rule = rules.rule
    left join {{ ref('int_anomaly_thresholds') }} as thresholds
        on found.campus_id = thresholds.campus_id
),

final as (
    select
        campus_id,
        cast(anomaly_uid as varchar) as anomaly_id,
        rule,
        severity,
        record_type,
        record_key,
        job_id,
        title,
        cast(evidence as json) as evidence,
        next_step,
        next_step_owner,
        occurrences,
        resolved_at is null as is_open,
        first_seen_at,
        last_seen_at,
        resolved_at
    from timed
)

select * from final
order by
    campus_id asc,
    first_seen_at asc,
    anomaly_id asc
