{{ config(
    materialized='table_function',
    alias='record_anomalies',
    parameters=['campus', 'wanted_key'],
    contract={'enforced': false},
    persist_docs={},
) }}
-- One row per beginning and per end of an anomaly of a record.

with anomalies as (
    select *
    from {{ ref('rpt_sync_anomalies') }}
    where {{ of_campus() }} and record_key = wanted_key
),

final as (
    select
        campus_id,
        first_seen_at as happened_at,
        'anomaly' as event,
        rule as title,
        severity as status,
        title as message,
        cast(evidence as varchar) as content
    from anomalies
    union all by name
    select
        campus_id,
        resolved_at as happened_at,
        'resolved' as event,
        rule as title,
        title as message
    from anomalies
    where resolved_at is not null
)

select * from final
