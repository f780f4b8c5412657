{{ roster_rows_versioned('campuses') }}
