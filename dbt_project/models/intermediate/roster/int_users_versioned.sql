{{ roster_rows_versioned(
    table_name='users',
    record_columns=['campus_id', 'user_id'],
    columns=[
        'user_id',
        'campus_id',
        'mapping_id',
        'issued_id',
        'email',
        'first_name',
        'last_name',
        'user_type',
        'last_activity_at',
        'created_at',
        'updated_at',
        'archived_at',
    ],
) }}
