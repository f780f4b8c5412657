with final as (
    select
        campus_id,
        sync_id,
        source,
        app,
        direction,
        event,
        posted_by,
        status,
        stage,
        next_step,
        next_step_owner,
        decided_by,
        decision_reason,
        warnings,
        hold_reasons,
        records,
        errors,
        started_at,
        finished_at,
        decided_at
    from {{ ref('int_rosters_imports_described') }}
)

select * from final
