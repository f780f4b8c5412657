{# The roster tables, each with the column that names a record within its campus. #}
{% macro roster_tables() -%}
{{ return({
    'campuses': 'campus_id',
    'campus_admins': 'email',
    'integration_jobs': 'job_id',
    'courses': 'course_id',
    'users': 'user_id',
    'course_members': 'course_member_id',
    'attendance_sessions': 'attendance_id',
}) }}
{%- endmacro %}
