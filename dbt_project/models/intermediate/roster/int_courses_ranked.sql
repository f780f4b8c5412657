{{ roster_rows_ranked('courses') }}
