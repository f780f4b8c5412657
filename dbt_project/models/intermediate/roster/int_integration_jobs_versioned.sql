{{ roster_rows_versioned('integration_jobs') }}
