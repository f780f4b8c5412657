{{ roster_rows_versioned('courses') }}
