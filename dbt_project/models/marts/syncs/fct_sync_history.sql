-- A kind of system is one more model int_sync_history_<kind> of these columns.

{%- set kinds = ['rosters', 'job_runs', 'canvas', 'cloudwork', 'echo360'] %}

with united as (
    {% for kind in kinds -%}
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
            cast(records as bigint) as records,
            cast(errors as bigint) as errors,
            started_at,
            finished_at
        from {{ ref('int_sync_history_' ~ kind) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from united
