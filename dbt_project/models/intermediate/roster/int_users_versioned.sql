{{ roster_rows_versioned('users') }}
