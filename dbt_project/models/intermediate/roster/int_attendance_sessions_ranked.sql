{{ roster_rows_ranked(
    table_name='attendance_sessions',
    record_columns=['campus_id', 'attendance_id'],
    columns=[
        'attendance_id',
        'campus_id',
        'mapping_id',
        'course_id',
        'starts_at',
        'ends_at',
        'created_at',
        'updated_at',
        'archived_at',
    ],
) }}
