-- One finding an id: what still holds goes before what ended, the later before the
-- earlier.

with told as (
    select
        *,
        concat_ws('|', record_type, kind, record_ids[1]) as shown_by
    from {{ ref('int_identifiers_shared') }}
    qualify
        row_number() over (
            partition by campus_id, shown_by
            order by resolved_at desc nulls first, value asc
        ) = 1
),

final as (
    select
        campus_id,
        record_type,
        {{ record_key('record_type', 'record_ids[1]') }} as record_key,
        cast(null as varchar) as job_id,
        shown_by,
        first_seen_at,
        last_seen_at,
        resolved_at,
        cast(len(record_ids) as bigint) as occurrences,
        len(record_ids) || ' active ' || replace(record_type, '_', ' ') || 's '
        || if(resolved_at is null, 'bear', 'bore') || ' the same '
        || case kind
            when 'email' then 'e-mail address' else replace(kind, '_', ' ')
        end || ' ' || value || '.' as title,
        {{ evidence({
            'identifier': 'kind',
            'value': 'value',
            'record_ids': 'record_ids',
        }) }} as evidence,
        cast(null as varchar) as next_step,
        cast(null as varchar) as next_step_owner
    from told
)

select * from final
