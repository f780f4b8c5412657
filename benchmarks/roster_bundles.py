"""Two days of a large district as OneRoster bundles: the second with 1 % changes."""

from __future__ import annotations

import zipfile
from pathlib import Path

import duckdb

_USERS_PER_SCHOOL = 1_000
_CLASSES_PER_SCHOOL = 100
_MANIFEST = (
    "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n"
    "file.orgs,bulk\nfile.academicSessions,bulk\nfile.courses,bulk\n"
    "file.classes,bulk\nfile.users,bulk\nfile.enrollments,bulk\n"
)

# Of a hundred records of the second day one has a changed value; of a thousand one is
# gone and one has come. A hash spreads them over the files.
_FILES = {
    "orgs": """
        select 's' || number as "sourcedId", null as status, null as "dateLastModified",
            'School ' || number as name, 'school' as type,
            null as identifier, null as "parentSourcedId"
        from range({schools}) as numbers (number)""",
    "academicSessions": """
        select 'year' as "sourcedId", null as status, null as "dateLastModified",
            '2025/26' as title, 'schoolYear' as type, '2025-08-01' as "startDate",
            '2026-07-31' as "endDate", null as "parentSourcedId",
            '2026' as "schoolYear\"""",
    "courses": """
        select 'course' || number as "sourcedId", null as status,
            null as "dateLastModified", 'year' as "schoolYearSourcedId",
            'Course ' || number as title, 'C' || number as "courseCode",
            '09' as grades, 's' || number as "orgSourcedId", null as subjects,
            null as "subjectCodes"
        from range({schools}) as numbers (number)""",
    "classes": """
        select 'class' || number as "sourcedId", null as status,
            null as "dateLastModified", 'Class ' || number as title, '09' as grades,
            'course' || number // {classes_per_school} as "courseSourcedId",
            'K' || number as "classCode", 'scheduled' as "classType",
            'room ' || number % 40 as location,
            's' || number // {classes_per_school} as "schoolSourcedId",
            'year' as "termSourcedIds", null as subjects, null as "subjectCodes",
            number % 8 as periods
        from range({classes}) as numbers (number)""",
    "users": """
        select 'user' || number as "sourcedId", null as status,
            null as "dateLastModified", 'true' as "enabledUser",
            's' || number // {users_per_school} as "orgSourcedIds",
            if(number % 15 = 0, 'teacher', 'student') as role,
            'name' || number as username, null as "userIds",
            'Given' || number % 5000 || {changed} as "givenName",
            'Family' || number % 70000 as "familyName", null as "middleName",
            number as identifier, 'u' || number || '@school.example' as email,
            null as sms, null as phone, null as "agentSourcedIds",
            lpad(cast(number % 12 + 1 as varchar), 2, '0') as grades,
            null as password
        from range({users} + {more_users}) as numbers (number)
        where {is_there}""",
    "enrollments": """
        select 'enrollment' || number as "sourcedId", null as status,
            null as "dateLastModified",
            'class' || (number % {users} // {users_per_school} * {classes_per_school}
                + hash(number) % {classes_per_school}) as "classSourcedId",
            's' || number % {users} // {users_per_school} as "schoolSourcedId",
            'user' || number % {users} as "userSourcedId",
            if(number % {users} % 15 = 0, 'teacher', 'student') as role,
            'false' as primary, '2025-08-01' as "beginDate",
            if({changed} = '', '2026-07-31', '2026-06-30') as "endDate"
        from range({enrollments} + {more_enrollments}) as numbers (number)
        where {is_there}""",
}


def make_bundles(parent: Path, *, users: int, enrollments: int) -> tuple[Path, Path]:
    """Write both days' files, of about that many records; the folder of each."""
    days = []
    for day in (1, 2):
        folder = parent / f"day-{day}"
        folder.mkdir(parents=True)
        values = {
            "users": users,
            "enrollments": enrollments,
            "schools": max(users // _USERS_PER_SCHOOL, 1),
            "classes": max(users // _USERS_PER_SCHOOL, 1) * _CLASSES_PER_SCHOOL,
            "users_per_school": _USERS_PER_SCHOOL,
            "classes_per_school": _CLASSES_PER_SCHOOL,
            "more_users": users // 1000 if day == 2 else 0,
            "more_enrollments": enrollments // 1000 if day == 2 else 0,
            "changed": "if(hash(number) % 100 = 1, ' II', '')" if day == 2 else "''",
            "is_there": "hash(number) % 1000 != 2" if day == 2 else "true",
        }
        with duckdb.connect(config={"threads": 2, "memory_limit": "2GB"}) as session:
            for name, select in _FILES.items():
                session.execute(
                    f"copy ({select.format(**values)})"
                    f" to '{folder}/{name}.csv' (header, delimiter ',')"
                )
        (folder / "manifest.csv").write_text(_MANIFEST, encoding="utf-8")
        days.append(folder)
    return days[0], days[1]


def deliver(folder: Path, bundle: Path) -> None:
    """Zip a day's files into an inbox."""
    bundle.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, file.name)
