{# Step 2 (contract, section 2): unclaimed subjects that share an identifier of one kind
are linked, each with the least of those that share it. One row per link. #}
{% macro linked_by_identifier(identified, claimed) -%}
with unclaimed as (
    select identified.*
    from {{ ref(identified) }} as identified
    anti join {{ ref(claimed) }} as claimed
        on identified.subject_key = claimed.subject_key
    where identified.joins
),

hubs as (
    select
        campus_id,
        record_type,
        kind,
        value,
        min(subject_key) as hub_key,
    from unclaimed
    group by
        campus_id,
        record_type,
        kind,
        value
    having count(*) > 1
),

final as (
    select distinct
        unclaimed.subject_key as from_key,
        hubs.hub_key as to_key,
    from unclaimed
    inner join hubs
        on
            unclaimed.campus_id = hubs.campus_id
            and unclaimed.record_type = hubs.record_type
            and unclaimed.kind = hubs.kind
            and unclaimed.value = hubs.value
    where unclaimed.subject_key <> hubs.hub_key
)

select * from final
{%- endmacro %}
