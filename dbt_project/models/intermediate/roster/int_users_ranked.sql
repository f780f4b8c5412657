{{ roster_rows_ranked('users') }}
