{{ config(alias='sync_anomalies') }}
-- No rule is written yet: the table stands with its columns, so that readers can bind.

select
    cast(null as varchar) as campus_id,
    cast(null as varchar) as anomaly_id,
    cast(null as varchar) as rule,
    cast(null as varchar) as severity,
    cast(null as varchar) as record_type,
    cast(null as varchar) as record_key,
    cast(null as varchar) as job_id,
    cast(null as timestamp with time zone) as first_seen_at,
    cast(null as timestamp with time zone) as last_seen_at,
    cast(null as timestamp with time zone) as resolved_at,
    cast(null as bigint) as occurrences,
    cast(null as boolean) as is_open,
    cast(null as varchar) as title,
    cast(null as json) as evidence,
    cast(null as varchar) as next_step,
    cast(null as varchar) as next_step_owner
where false
