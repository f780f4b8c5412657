"""A person in every store of a home, a namesake, and a search for what is left."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.home import Home
from orchestration.publish.records import Publication, complete_records
from orchestration.publish.versions import Versions
from orchestration.rosters.state import state_file
from support.compiled import CompiledProject
from support.drops import SmallDrop, course, csv_text, jsonl_text, request, user
from support.rosters import ImportOutcome, RosterHome, manifest
from support.runs import tables_of

AS_OF = "2026-03-13T06:00:00+00:00"
FIRST_SNAPSHOT = "snapshot=20260301T000000Z"
SECOND_SNAPSHOT = "snapshot=20260312T000000Z"

# Words of the forgotten person that nobody else has.
CLEAR = re.compile(
    r"quillfeather|o.harabell|mary jane|zo(ë|\\+u00eb)[ .@,](?!bloggs)|@away|\bjane\b",
    re.IGNORECASE,
)
NAMESAKE = ("Zoë", "Bloggs", "zoe.bloggs@home.example")

_OLD = {"first_name": "Zoë", "last_name": "Quillfeather", "email": "Zoe.Q@away.example"}
_NEW = {
    "first_name": "Mary Jane",
    "last_name": "O'Harabell",
    "email": "mj.oharabell@away.example",
}
_IDS = {"mapping_id": "M1", "issued_id": "I1", "user_type": "staff"}
_OTHER = dict(zip(("first_name", "last_name", "email"), NAMESAKE, strict=True))


def deliver_world(drop: SmallDrop) -> None:
    """Write a drop folder in which the person stands wherever a person can."""
    drop.deliver("campuses.csv", csv_text([{**_campus("C1")}, {**_campus("C2")}]))
    drop.deliver(
        "campus_admins.csv",
        csv_text(
            [
                {"campus_id": "C1", "email": "MJ.OHarabell@away.example"},
                {"campus_id": "C1", "email": NAMESAKE[2]},
            ]
        ),
    )
    drop.deliver(
        "courses.csv",
        csv_text(
            [
                course("K1", name="Law 1", instructor_name="O'Harabell, Mary Jane"),
                course("K2", name="Law 2", instructor_name="Zoë Bloggs"),
            ]
        ),
    )
    drop.deliver(
        "course_members.csv",
        csv_text(
            [
                {
                    "course_member_id": "E1",
                    "campus_id": "C1",
                    "mapping_id": "",
                    "course_id": "K1",
                    "user_id": "U1",
                    "created_at": "2026-03-10T00:00:00Z",
                    "updated_at": "",
                    "archived_at": "",
                }
            ]
        ),
    )
    drop.deliver(
        f"users/{FIRST_SNAPSHOT}/a.csv",
        csv_text([user("U1", **_OLD, **_IDS), user("U2", **_OTHER)]),
    )
    second = drop.deliver(f"users/{SECOND_SNAPSHOT}/a.parquet", b"")
    write_parquet(second, [user("U1", **_NEW, **_IDS), user("U2", **_OTHER)])
    drop.deliver(
        f"users/{SECOND_SNAPSHOT}/bad.jsonl",
        jsonl_text([user("U2", **_OTHER)])
        + json.dumps(user("U1", **_OLD, created_at="yesterday"))
        + "\n",
    )
    drop.deliver("api_requests/a.jsonl", jsonl_text(requests()))
    drop.deliver(
        "api_requests/b.csv",
        csv_text([request("bad", status="Mary Jane O'Harabell"), *requests()[:2]]),
    )


def deliver_roster(home: Home, *days: int) -> list[ImportOutcome]:
    """Import a bundle a day, of another system that knows the person and the namesake.

    The person is renamed on day 2; another user's note changes each day.
    """
    roster = RosterHome(home.root.parent, of=home)
    imports: list[ImportOutcome] = []
    header = (
        *(
            "sourcedId",
            "enabledUser",
            "orgSourcedIds",
            "role",
            "username",
            "identifier",
        ),
        *("givenName", "familyName", "email", "metadata.note"),
    )
    other = ("R2", "true", "s1", "student", "zbloggs", "I2", *NAMESAKE, "again")
    for day in days:
        given, family, email = (_OLD if day == 1 else _NEW).values()
        roster.deliver(
            f"2026031{day}T020000Z.zip",
            {
                "manifest.csv": manifest(users="bulk", demographics="bulk"),
                "users.csv": [
                    header,
                    (
                        *("R1", "true", "s1", "student", "zoeq-quillfeather", "I1"),
                        *(given, family, email, f"Dr. {family}"),
                    ),
                    (
                        *("R1", "true", "s1", "student", "zoeq-quillfeather", "I1"),
                        *(given, family, f"{email} {family}", ""),
                    ),
                    other,
                    (
                        "R3",
                        "true",
                        "s1",
                        "aide",
                        "r3",
                        "I3",
                        "A",
                        "B",
                        _NEW["email"],
                        f"day {day}",
                    ),
                ],
                "demographics.csv": [("sourcedId", "birthDate"), ("R1", "2010-02-28")],
            },
        )
        imports += roster.run().imports
    return imports


def requests() -> list[dict[str, Any]]:
    """Requests that speak of the person, each in another way, and some that do not."""
    named = {"firstName": "Zoë", "lastName": "Quillfeather"}
    failed = {"status": "error", "error_code": "no_user"}
    asked = [
        ("user", "create", {"userID": "U1", **named, "email": _OLD["email"]}, {}),
        ("user", "create", {"userID": "U1", **named, "email": _OLD["email"]}, {}),
        (
            "user",
            "update",
            {"email": "ZOE.q@Away.example", "title": "Dr. Quillfeather", "n": 1.50},
            {**failed, "message": "no user with zoe.q@away.example."},
        ),
        (
            "user",
            "update",
            {"mappingID": "M1", "displayName": "Mary Jane", "level": "1e0"},
            {"status": "error", "message": "Mary Jane's record is locked"},
        ),
        ("user", "update", {"lastName": "O'Harabell", "firstName": "Mary Jane"}, {}),
        ("user", "create", {"email": "mj.oharabell@away.example"}, {}),
        (
            "user",
            "create",
            {"issuedID": "I9", "email": "nobody@elsewhere.example"},
            failed,
        ),
        (
            "course_member",
            "create",
            {"userID": "U1", "courseID": "K1", "email": "mj.oharabell@away.example"},
            {},
        ),
        ("course_member", "create", {"userMappingID": "M1", "courseName": "K9"}, {}),
        ("attendance_posting", "post", {"userID": "U1", "attendanceID": "A1"}, {}),
        (
            "course",
            "update",
            {"courseID": "K1", "instructorName": "Zoë Quillfeather", "name": "Law 1"},
            {},
        ),
        (
            "attendance_session",
            "bulk_create",
            {"courseID": "K1", "sessions": [{"startDate": "2026-03-10"}]},
            {
                "item_results": [
                    {"status": "error", "message": "tell mj.OHarabell@away.example"}
                ]
            },
        ),
        ("user", "create", {"userID": "U2", "firstName": "Zoë"}, failed),
        ("user", "update", {"firstName": "Zoë", "lastName": "Bloggs"}, {}),
        ("user", "update", {"issuedID": "I8", "email": "zoe@home.example"}, {}),
    ]
    return [
        request(
            f"r{number}",
            requested_at=f"2026-03-1{number % 3}T08:00:00Z",
            record_type=record_type,
            operation=operation,
            params=params,
            **answer,
        )
        for number, (record_type, operation, params, answer) in enumerate(asked)
    ]


def write_parquet(path: Path, rows: list[dict[str, Any]]) -> None:
    """Rows as a Parquet file, every column a text."""
    with duckdb.connect() as session:
        columns = ", ".join(f"'{name}': 'varchar'" for name in rows[0])
        source = path.with_name("_rows.json")
        source.write_text(jsonl_text(rows), encoding="utf-8")
        session.execute(
            f"copy (from read_json('{source}', columns = {{{columns}}}))"
            f" to '{path}' (format parquet)"
        )
        source.unlink()


def publish_world(project: CompiledProject, home: Home, version_id: str) -> None:
    """Build what is landed and serve it, with a record that quotes a row."""
    if (home.landing / "oneroster").exists() and not state_file(home).exists():
        # A run builds it again from the journal.
        RosterHome(home.root.parent, of=home).run()
    versions = Versions(home)
    file = versions.begin(version_id)
    start = "2026-03-06T06:00:00+00:00"
    as_of, range_start = datetime.fromisoformat(AS_OF), datetime.fromisoformat(start)
    with project.built(
        landing=home.landing,
        published=home.published,
        as_of=as_of,
        range_start=range_start,
        range_end=as_of,
        roster=state_file(home) if state_file(home).exists() else None,
    ) as connection:
        connection.execute(
            "insert into rollbook.marts.check_results (expected, failing_rows)"
            " select 'no row', to_json(list(to_json(users)))"
            " from rollbook.marts.dim_users_versions as users"
        )
        connection.execute(f"attach '{file}' as copied")
        connection.execute("copy from database rollbook to copied")
        connection.execute("detach copied")
        connection.execute(
            "create view sample as select cast(to_json(users) as varchar) as told"
            " from rollbook.marts.dim_users as users where user_id = 'U1'"
        )
        (sample,) = connection.execute("from sample").fetchone() or ("",)
    publication = Publication(
        publication_id=version_id,
        run_id="run",
        code_version="0",
        published_by="tester",
        forced_reason=sample,
        input_file_count=0,
        quarantined_count=0,
        failed_check_count=0,
        report_rows={},
        as_of=AS_OF,
        range_start_at=start,
        range_end_at=AS_OF,
        published_at=AS_OF,
    )
    result = {"publication_id": version_id, "failing_rows": [sample]}
    versions.finish(
        version_id,
        record=json.dumps(
            {"publication": asdict(publication), "check_results": [result]}
        ),
    )
    versions.serve(version_id)
    complete_records(home)
    _write_history(home, sample)
    shutil.copytree(versions.folder, home.warehouse / "target", dirs_exist_ok=True)
    (home.warehouse / "built.json").write_text("{}", encoding="utf-8")


def counts(home: Home) -> dict[str, Any]:
    """Rows of every table, and what the two summaries count."""
    with duckdb.connect(str(home.published_file), read_only=True) as connection:
        tables = {name: len(found) for name, found in tables_of(connection).items()}
        summaries = {
            name: connection.execute(f"from {name}").fetchall()
            for name in ("reports.system_data_summary", "reports.attempted_data_syncs")
        }
        (records,) = connection.execute(
            "select count(distinct (record_type, record_key))"
            " from marts.fct_distinct_syncs"
        ).fetchone() or (0,)
    return {**tables, **summaries, "records": records}


def clear_words(home: Home) -> list[tuple[str, str]]:
    """Each text of a home, whatever the file, in which the person is still named."""
    return [
        (str(path.relative_to(home.root)), found[0])
        for path in sorted(home.root.rglob("*"))
        if path.is_file()
        for text in _texts_of(path)
        if (found := CLEAR.search(text))
    ]


def _texts_of(path: Path) -> Iterator[str]:
    if ".parquet" in path.name:
        with duckdb.connect() as session:
            yield from _rows(session, f"read_parquet('{path}')")
    elif path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as session:
            for (table,) in session.execute(
                'select format(\'"{}"."{}"\', schema_name, table_name)'
                " from duckdb_tables()"
            ).fetchall():
                yield from _rows(session, table)
    else:
        # SQLite keeps texts as they are, also in pages that are free.
        yield from path.read_bytes().decode("utf-8", errors="replace").split("\n")


def _rows(session: duckdb.DuckDBPyConnection, relation: str) -> Iterator[str]:
    """Values that stand for themselves, a line each: names meet no other column's."""
    for row in session.execute(f"from {relation}").fetchall():
        yield "\n".join(str(value) for value in row if value is not None)


def _write_history(home: Home, sample: str) -> None:
    file = home.dagster / "history" / "runs" / "index.db"
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file, isolation_level=None)) as history:
        history.execute("pragma journal_mode = wal")
        history.execute(
            "create table if not exists event_logs (id integer primary key, event text)"
        )
        history.execute(
            "insert into event_logs (event) values (?)",
            [json.dumps({"rows": [sample] * 50})],
        )


def _campus(campus_id: str) -> dict[str, Any]:
    return {
        "campus_id": campus_id,
        "name": "North",
        "organization_name": "School",
        "time_zone": "America/Denver",
        "check_in_opens_min": 5,
        "check_in_closes_min": 5,
        "check_out_opens_min": 5,
        "check_out_closes_min": 5,
    }
