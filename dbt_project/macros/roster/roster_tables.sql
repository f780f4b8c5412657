{# The roster tables: the column that names a record within its campus, and all columns
in the contract's order. #}
{% macro roster_tables() -%}
{{ return({
    'campuses': {
        'record_id': 'campus_id',
        'columns': [
            'campus_id', 'name', 'organization_name', 'time_zone',
            'check_in_opens_min', 'check_in_closes_min', 'check_out_opens_min',
            'check_out_closes_min'
        ],
    },
    'campus_admins': {
        'record_id': 'email',
        'columns': [
            'campus_id', 'email'
        ],
    },
    'integration_jobs': {
        'record_id': 'job_id',
        'columns': [
            'job_id', 'campus_id', 'job', 'description', 'source_system',
            'destination_system', 'integration_type', 'vendor', 'record_types',
            'direction', 'schedule_cron', 'frequency', 'is_enabled'
        ],
    },
    'courses': {
        'record_id': 'course_id',
        'columns': [
            'course_id', 'campus_id', 'mapping_id', 'add_code', 'name', 'title',
            'starts_at', 'ends_at', 'instructor_name', 'attendance_name',
            'meeting_days', 'created_at', 'updated_at', 'archived_at'
        ],
    },
    'users': {
        'record_id': 'user_id',
        'columns': [
            'user_id', 'campus_id', 'mapping_id', 'issued_id', 'email',
            'first_name', 'last_name', 'user_type', 'last_activity_at',
            'created_at', 'updated_at', 'archived_at'
        ],
    },
    'course_members': {
        'record_id': 'course_member_id',
        'columns': [
            'course_member_id', 'campus_id', 'mapping_id', 'course_id', 'user_id',
            'created_at', 'updated_at', 'archived_at'
        ],
    },
    'attendance_sessions': {
        'record_id': 'attendance_id',
        'columns': [
            'attendance_id', 'campus_id', 'mapping_id', 'course_id', 'starts_at',
            'ends_at', 'created_at', 'updated_at', 'archived_at'
        ],
    },
}) }}
{%- endmacro %}
