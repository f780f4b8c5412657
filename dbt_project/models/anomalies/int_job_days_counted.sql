-- A record counts once a job-day, as failed when its last attempt of that day failed.

{%- set day = ['campus_id', 'job_id', 'record_type', 'requested_date'] %}

with attempts as not materialized (
    select *
    from {{ ref('int_attempts_ordered') }}
    where job_id is not null
),

days as (
    select
        {{ day | join(',\n        ') }},
        {{ distinct_list('record_no', condition='is_error') }} as failed_records,
        {{ distinct_list('record_no', condition='not is_error') }} as synced_records,
        {{ distinct_list('record_no', condition='is_delete and not is_error') }}
            as deleted_records,
        {{ distinct_list('record_no', condition='is_first_date and not is_error') }}
            as new_records,
        min(attempt_no) as first_attempt_no,
        max(requested_at) as last_requested_at
    from attempts
    group by
        {{ day | join(',\n        ') }}
),

compared as (
    select
        *,
        {{ shared_elements('failed_records', 'synced_records') }} as mixed_records
    from days
),

-- Only of the few that both failed and succeeded the last attempt is looked for.
mixed as (
    select
        {{ day | join(',\n        ') }},
        {{ exploded('mixed_records') }} as record_no
    from compared
),

mended as (
    select
        attempts.campus_id,
        attempts.job_id,
        attempts.record_type,
        attempts.requested_date,
        attempts.record_no
    from attempts
    inner join mixed
        on
            {% for column in day + ['record_no'] -%}
                attempts.{{ column }} = mixed.{{ column }}
                {%- if not loop.last %} and{% endif %}
            {% endfor %}
    group by
        attempts.campus_id,
        attempts.job_id,
        attempts.record_type,
        attempts.requested_date,
        attempts.record_no
    having not arg_max(attempts.is_error, attempts.attempt_no)
),

mended_counts as (
    select
        {{ day | join(',\n        ') }},
        count(*) as mended_count
    from mended
    group by
        {{ day | join(',\n        ') }}
),

final as (
    select
        {% for column in day -%}
            compared.{{ column }},
        {% endfor -%}
        {{ element_count('compared.failed_records') }}
        + {{ element_count('compared.synced_records') }}
        - {{ element_count('compared.mixed_records') }} as record_count,
        {{ element_count('compared.failed_records') }}
        - coalesce(mended_counts.mended_count, 0) as failed_count,
        {{ element_count('compared.deleted_records') }} as deleted_count,
        {{ element_count('compared.new_records') }} as new_count,
        compared.first_attempt_no,
        compared.last_requested_at
    from compared
    left join mended_counts
        on
            {% for column in day -%}
                compared.{{ column }} = mended_counts.{{ column }}
                {%- if not loop.last %} and{% endif %}
            {% endfor %}
)

select * from final
