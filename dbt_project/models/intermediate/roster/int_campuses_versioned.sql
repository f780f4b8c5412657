{{ roster_rows_versioned(
    table_name='campuses',
    record_columns=['campus_id'],
    columns=[
        'campus_id',
        'name',
        'organization_name',
        'time_zone',
        'check_in_opens_min',
        'check_in_closes_min',
        'check_out_opens_min',
        'check_out_closes_min',
    ],
) }}
