{{ roster_rows_ranked(
    table_name='campus_admins',
    record_columns=['campus_id', 'email'],
    columns=[
        'campus_id',
        'email',
    ],
) }}
