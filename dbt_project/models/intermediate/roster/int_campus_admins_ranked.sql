{{ roster_rows_ranked('campus_admins') }}
