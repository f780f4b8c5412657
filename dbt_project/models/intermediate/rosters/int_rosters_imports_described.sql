with counted as (
    select
        import_no,
        sum(total) as records,
        sum(coalesce(skipped + excluded + invalid, skipped_by_vendor)) as errors
    from {{ ref('stg_roster__counts') }}
    where school_id is null
    group by import_no
),

final as (
    select
        imports.import_no,
        imports.campus_id,
        imports.sync_id,
        imports.source,
        imports.app,
        imports.direction,
        upper(left(imports.direction, 1)) || imports.direction[2:] as event,
        imports.posted_by,
        imports.status,
        imports.stage,
        nullif(concat_ws(
            ' ',
            imports.message || '.',
            nullif(array_to_string(imports.hold_reasons, '; '), '') || '.',
            nullif(array_to_string(imports.warnings, '; '), '') || '.',
            imports.next_step
        ), '') as next_step,
        imports.next_step_owner,
        imports.decided_by,
        imports.decision_reason,
        imports.warnings,
        imports.hold_reasons,
        case
            when imports.status not in ('Failed', 'Waiting')
                then cast(coalesce(counted.records, 0) as bigint)
        end as records,
        case
            when imports.status not in ('Failed', 'Waiting')
                then cast(coalesce(counted.errors, 0) as bigint)
        end as errors,
        imports.started_at,
        imports.finished_at,
        imports.decided_at
    from {{ ref('stg_roster__imports') }} as imports
    left join counted
        on imports.import_no = counted.import_no
)

select * from final
