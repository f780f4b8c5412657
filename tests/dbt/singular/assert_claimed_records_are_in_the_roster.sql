-- Finds: record keys of roster records (course:C1 and the like) that no dimension has.
-- Why it matters: readers join a log's record_key to the roster, to see what it is.
-- How to fix it: the claim came from int_roster_identifiers_named; compare its
-- record_id with the dimension, which is built from the same versions.

with claimed as (
    select distinct
        campus_id,
        record_key
    from {{ ref('fct_distinct_syncs') }}
    where starts_with(record_key, record_type || ':')
),

roster as (
    {% for record_type, dimension, record_id in [
        ('course', 'dim_courses', 'course_id'),
        ('user', 'dim_users', 'user_id'),
        ('course_member', 'dim_course_members', 'course_member_id'),
        ('attendance_session', 'dim_attendance_sessions', 'attendance_id'),
    ] %}
        select
            campus_id,
            {{ record_key("'" ~ record_type ~ "'", record_id) }} as record_key
        from {{ ref(dimension) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    claimed.campus_id,
    claimed.record_key
from claimed
anti join roster
    on claimed.campus_id = roster.campus_id and claimed.record_key = roster.record_key
