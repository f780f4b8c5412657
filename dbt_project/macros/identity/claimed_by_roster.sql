{# Step 1 (contract, section 2): the strongest identifier that names a roster record
claims the subject for it. One row per claimed subject. #}
{% macro claimed_by_roster(identified) -%}
with identified as (
    select * from {{ ref(identified) }}
),

final as (
    select
        identified.subject_key,
        min_by(named.record_id, identified.strength) as record_id,
    from identified
    inner join {{ ref('int_roster_identifiers_named') }} as named
        on
            identified.campus_id = named.campus_id
            and identified.record_type = named.record_type
            and identified.kind = named.kind
            and identified.value = named.value
    group by identified.subject_key
)

select * from final
{%- endmacro %}
