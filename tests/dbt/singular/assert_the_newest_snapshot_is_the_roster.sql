-- Finds: records that the newest snapshot shows and a dimension calls deleted, and
-- records that it lacks and a dimension calls present.
-- Why it matters: deleted records leave the record lists, and count as archived where
-- several records bear one identifier.
-- How to fix it: look at the record's versions; valid_to_at of the last one is null
-- exactly when the newest snapshot of its table has it.

with newest as (
    select
        table_name,
        max(snapshot_at) as snapshot_at
    from {{ ref('stg_landing__readings') }}
    where snapshot_at <= {{ run_instant('as_of') }}
    group by table_name
),

shown as (
    {% for table_name, table in roster_tables().items()
        if table_name != 'campus_admins' %}
        select
            newest.table_name,
            ranked.campus_id,
            ranked.{{ table.record_id }} as record_id
        from {{ ref('int_' ~ table_name ~ '_ranked') }} as ranked
        inner join newest
            on
                newest.table_name = '{{ table_name }}'
                and ranked.snapshot_at = newest.snapshot_at
        where ranked.snapshot_rank = 1
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

present as (
    {% for table_name, table in roster_tables().items()
        if table_name != 'campus_admins' %}
        select
            '{{ table_name }}' as table_name,
            campus_id,
            {{ table.record_id }} as record_id
        from {{ ref('dim_' ~ table_name) }}
        where
            not is_deleted
            {% if table_name == 'integration_jobs' -%}
                -- A source with a schedule is a job that no snapshot has.
                and (campus_id, job_id) not in (
                    select
                        sources.campus_id,
                        sources.job_id
                    from {{ ref('int_sources_scheduled') }} as sources
                )
            {%- endif %}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    shown.table_name,
    shown.campus_id,
    shown.record_id,
    present.table_name as present_table_name,
    present.campus_id as present_campus_id,
    present.record_id as present_record_id
from shown
full outer join present
    on
        shown.table_name = present.table_name
        and shown.campus_id = present.campus_id
        and shown.record_id = present.record_id
where shown.record_id is null or present.record_id is null
