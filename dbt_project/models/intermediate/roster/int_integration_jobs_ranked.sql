{{ roster_rows_ranked('integration_jobs') }}
