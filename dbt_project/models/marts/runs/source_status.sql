with final as (
    select
        source,
        kind,
        campus_id,
        schedule_cron,
        time_zone,
        status,
        last_error,
        warnings,
        row_count,
        freshness_hours,
        last_success_at,
        last_attempt_at
    from {{ ref('int_source_readings_summed_to_source') }}
)

select * from final
order by source asc
