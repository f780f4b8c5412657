{# One row per subject: its record_key. A claimed one bears its roster record's; of the
rest a group bears its strongest identifier, the smallest value where several tie. #}
{% macro resolved_records(identified, claimed, grouped) -%}
with identified as (
    select
        identified.*,
        claimed.record_id,
        coalesce(grouped.group_key, identified.subject_key) as group_key,
    from {{ ref(identified) }} as identified
    left join {{ ref(claimed) }} as claimed
        on identified.subject_key = claimed.subject_key
    left join {{ ref(grouped) }} as grouped
        on identified.subject_key = grouped.node_key
),

strongest as (
    select
        group_key,
        min({{ record_of({'strength': 'strength', 'value': 'value', 'kind': 'kind'}) }})
            as identifier,
    from identified
    where record_id is null
    group by group_key
),

final as (
    select distinct
        identified.subject_key,
        case
            when identified.record_id is not null
                then {{ record_key('identified.record_type', 'identified.record_id') }}
            else
                identified.record_type
                || '?' || strongest.identifier.kind
                || '=' || strongest.identifier.value
        end as record_key,
    from identified
    left join strongest
        on identified.group_key = strongest.group_key
)

select * from final
{%- endmacro %}
