with found as (
    select
        import_no,
        source,
        campus_id,
        sync_id,
        bundle_name,
        direction,
        app,
        posted_by,
        status,
        stage,
        message,
        next_step,
        next_step_owner,
        decided_by,
        decision_reason,
        warnings,
        hold_reasons,
        started_at,
        finished_at,
        decided_at
    from {{ source('roster', 'imports') }}
)

select * from found
