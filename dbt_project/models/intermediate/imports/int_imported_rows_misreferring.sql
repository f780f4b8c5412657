{% set referred_types = ['orgs', 'academicSessions', 'courses', 'classes', 'users'] %}
with referring as (
    {%- for data_type in referred_types %}
        select
            data_type,
            line_number,
            '{{ data_type }}' as referred_type,
            unnest(referred_{{ data_type | lower }}) as record_id
        from {{ ref('int_imported_rows_opened') }}
        where referred_{{ data_type | lower }} is not null
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

found as (
    select distinct
        referring.data_type,
        referring.line_number
    from referring
    inner join {{ ref('int_imported_references_missing') }} as missing
        on
            referring.referred_type = missing.data_type
            and referring.record_id = missing.record_id
),

final as (
    select found.*
    from found
    semi join {{ ref('int_imported_rows_decided') }} as decided
        on
            found.data_type = decided.data_type
            and found.line_number = decided.line_number
            and decided.is_surviving
)

select * from final
