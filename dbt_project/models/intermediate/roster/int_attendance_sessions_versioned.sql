{{ roster_rows_versioned('attendance_sessions') }}
