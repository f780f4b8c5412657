{{ roster_rows_versioned(
    table_name='course_members',
    record_columns=['campus_id', 'course_member_id'],
    columns=[
        'course_member_id',
        'campus_id',
        'mapping_id',
        'course_id',
        'user_id',
        'created_at',
        'updated_at',
        'archived_at',
    ],
) }}
