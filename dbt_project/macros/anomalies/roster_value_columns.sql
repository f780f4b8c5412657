{# The columns of each roster that a request may set, the record's id first; an instant
gives a date and a time. #}
{% macro roster_value_columns() -%}
{{ return({
    'course': {
        'texts': [
            'course_id', 'mapping_id', 'add_code', 'name', 'title', 'instructor_name',
            'attendance_name', 'meeting_days',
        ],
        'instants': {'starts_at': 'start', 'ends_at': 'end'},
    },
    'user': {
        'texts': [
            'user_id', 'mapping_id', 'issued_id', 'email', 'first_name', 'last_name',
            'user_type',
        ],
        'instants': {},
    },
    'course_member': {
        'texts': ['course_member_id', 'mapping_id', 'course_id', 'user_id'],
        'instants': {},
    },
    'attendance_session': {
        'texts': ['attendance_id', 'mapping_id', 'course_id'],
        'instants': {'starts_at': 'start', 'ends_at': 'end'},
    },
}) }}
{%- endmacro %}
