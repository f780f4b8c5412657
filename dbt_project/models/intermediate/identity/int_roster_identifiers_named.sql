-- One row per identifier that names a roster record: exactly one record of the campus
-- bears it, or exactly one that is not archived.

with borne as (
    select
        campus_id,
        record_type,
        kind,
        value,
        count(*) as bearers,
        count(*) filter (where not is_archived) as active_bearers,
        min(record_id) as any_bearer,
        min(record_id) filter (where not is_archived) as active_bearer
    from {{ ref('int_roster_identified') }}
    group by
        campus_id,
        record_type,
        kind,
        value
),

final as (
    select
        campus_id,
        record_type,
        kind,
        value,
        case when bearers = 1 then any_bearer else active_bearer end as record_id
    from borne
    where bearers = 1 or active_bearers = 1
)

select * from final
