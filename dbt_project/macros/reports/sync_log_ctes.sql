{# What the sync logs and their summary share, as the CTEs `joined`, one row per distinct
sync, status and error within the range with its last attempt, and `newest`, the last
attempt of each record in the range (contract, section 3). The error is the code, or the
message where there is no code. #}
{% macro sync_log_ctes(sync_columns, record_type='null') -%}
attempts as (
    select
        campus_id,
        record_type,
        distinct_sync_key,
        status,
        error_code,
        message,
        http_status,
        requested_at,
        request_id,
        item
    from {{ ref('fct_sync_attempts') }}
    where
        ({{ record_type }} is null or record_type = {{ record_type }})
        and {{ of_campus() }}
        and {{ in_range('requested_at') }}
),

log_rows as (
    select
        campus_id,
        record_type,
        distinct_sync_key,
        status,
        min(requested_at) as first_attempted_at,
        count(*) as attempted_count,
        max(
            {{ record_of({
                'requested_at': 'requested_at',
                'request_id': 'request_id',
                'item': 'item',
                'error_code': 'error_code',
                'message': 'message',
                'http_status': 'http_status',
            }) }}
        ) as last
    from attempts
    group by
        campus_id,
        record_type,
        distinct_sync_key,
        status,
        coalesce(error_code, message)
),

-- Said again of this side: a join's keys alone do not narrow what is read.
syncs as (
    select *
    from {{ ref('fct_distinct_syncs') }}
    where
        ({{ record_type }} is null or record_type = {{ record_type }})
        and {{ of_campus() }}
),

joined as (
    select
        log_rows.*,
        {{ sync_columns }}
    from log_rows
    inner join syncs
        on
            log_rows.record_type = syncs.record_type
            and log_rows.campus_id = syncs.campus_id
            and log_rows.distinct_sync_key = syncs.distinct_sync_key
),

-- Joined to, not ranked: a window over a few rows takes 5 ms.
newest as (
    select
        campus_id,
        record_type,
        record_key,
        max(last) as last
    from joined
    group by
        campus_id,
        record_type,
        record_key
)
{%- endmacro %}
