{{ roster_rows_versioned('course_members') }}
