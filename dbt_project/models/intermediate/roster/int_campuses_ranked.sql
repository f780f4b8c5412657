{{ roster_rows_ranked('campuses') }}
