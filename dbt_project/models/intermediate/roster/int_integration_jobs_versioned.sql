{{ roster_rows_versioned(
    table_name='integration_jobs',
    record_columns=['campus_id', 'job_id'],
    columns=[
        'job_id',
        'campus_id',
        'job',
        'description',
        'source_system',
        'destination_system',
        'integration_type',
        'vendor',
        'record_types',
        'direction',
        'schedule_cron',
        'frequency',
        'is_enabled',
    ],
) }}
