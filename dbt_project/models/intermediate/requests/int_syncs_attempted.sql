-- A payload that only losing deliveries bear makes no attempt.

with counting_payloads as (
    select distinct payload_key
    from {{ ref('int_requests_deduplicated') }}
),

final as (
    select distinct items.distinct_sync_key
    from {{ ref('int_payload_items') }} as items
    inner join counting_payloads
        on items.payload_key = counting_payloads.payload_key
)

select * from final
