{{ roster_rows_ranked('attendance_sessions') }}
