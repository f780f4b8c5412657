-- Which param is which column says the seed.

with sent as (
    select
        compared.*,
        {{ exploded(sent_values('syncs.params')) }} as given
    from {{ ref('int_writes_compared') }} as compared
    inner join {{ ref('fct_distinct_syncs') }} as syncs
        on compared.distinct_sync_key = syncs.distinct_sync_key
),

mapped as (
    select
        sent.*,
        sent.given.name as param,
        seed.column_name,
        {{ comparable('seed.comparison', 'sent.given.value') }} as sent_value,
        {{ comparable('seed.comparison', 'sent.held[seed.column_name]') }}
            as roster_value
    from sent
    inner join {{ ref('roster_param_columns') }} as seed
        on sent.record_type = seed.record_type and sent.given.name = seed.param
),

final as (
    select
        record_no,
        distinct_sync_key,
        attempt_no,
        snapshot_at,
        resolved_at,
        updated_at,
        list(
            {{ record_of({
                'param': 'param',
                'roster_column': 'column_name',
                'sent': 'sent_value',
                'roster': 'roster_value',
            }) }}
            order by param
        ) as differences
    from mapped
    where sent_value is not null and sent_value is distinct from roster_value
    group by
        record_no,
        distinct_sync_key,
        attempt_no,
        snapshot_at,
        resolved_at,
        updated_at
)

select * from final
