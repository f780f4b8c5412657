-- Finds: records of a sync log without the asterisk, with two, or with it on a row that
-- does not hold their last attempt.
-- Why it matters: the marked rows say which records were left with an error.
-- How to fix it: the mark is given in sync_log_between, by requested_at, request_id and
-- item; all rows of one record must be in its partition.

with logged as (
    {% for record_type in [
        'course', 'user', 'course_member', 'attendance_session', 'attendance_posting'
    ] %}
        select
            campus_id,
            record_key,
            last_attempted_at,
            last_attempt
        from {{ ref('rpt_' ~ record_type ~ '_sync_log') }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

marked as (
    select
        campus_id,
        record_key,
        count(last_attempt) as mark_count,
        max(last_attempted_at) as last_attempted_at,
        max(last_attempted_at) filter (where last_attempt = '*') as marked_at
    from logged
    group by
        campus_id,
        record_key
)

select
    campus_id,
    record_key,
    mark_count,
    last_attempted_at,
    marked_at
from marked
where mark_count <> 1 or marked_at is distinct from last_attempted_at
