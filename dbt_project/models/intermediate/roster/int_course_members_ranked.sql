{{ roster_rows_ranked('course_members') }}
