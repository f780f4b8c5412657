"""What is exported imports again, whatever the roster holds."""

from __future__ import annotations

import tempfile
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from orchestration.errors import BadInputError
from orchestration.roster_export.exporting import Exported, export_roster
from support.rosters import RosterHome

Row = tuple[Any, ...]

TABLES = {
    "dim_campuses": "campus_id varchar, name varchar, organization_name varchar,"
    " time_zone varchar, is_deleted boolean",
    "dim_courses": "campus_id varchar, course_id varchar, mapping_id varchar,"
    " add_code varchar, name varchar, title varchar, starts_at timestamptz,"
    " ends_at timestamptz, archived_at timestamptz, is_deleted boolean",
    "dim_users": "campus_id varchar, user_id varchar, issued_id varchar,"
    " email varchar, first_name varchar, last_name varchar, user_type varchar,"
    " archived_at timestamptz, is_deleted boolean",
    "dim_course_members": "campus_id varchar, course_member_id varchar,"
    " course_id varchar, user_id varchar, archived_at timestamptz, is_deleted boolean",
}
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def published(root: Path, roster: dict[str, list[Row]], config: str) -> RosterHome:
    """A home whose publication holds a roster."""
    home = RosterHome(root)
    with duckdb.connect(str(home.home.published_file)) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("create schema marts")
        for name, columns in TABLES.items():
            connection.execute(f"create table marts.{name} ({columns})")
            for row in roster.get(name, []):
                places = ", ".join("?" for _ in row)
                connection.execute(f"insert into marts.{name} values ({places})", row)
    (home.home.root / "rollbook.yml").write_text(config, encoding="utf-8")
    return home


def exported(home: RosterHome, name: str = "20260310T020000Z.zip") -> Exported:
    return export_roster(
        home.home, "vendor", config_file=None, target=home.inbox / name
    )


PLAIN = "apps:\n  - {name: vendor, campus_id: C1}\n"

# Few ids and names, so that they meet; some are no GUID, some only white space.
ids = st.sampled_from(["a", "b", "c", "Ä", "x y", "d" * 256, "a@b.c", "1,2", '"'])
texts = st.none() | st.sampled_from(
    ["", " ", "-", "A, B", 'say "hi"', "line\nbreak", "=1", "Å\u00a0"]
)
mails = st.none() | st.sampled_from(
    ["a@b.c", "a", "no mail", "x@y.zz", "Ä@b.c", "a@b.c "]
)
instants = st.none() | st.integers(-9000, 9000).map(lambda n: NOW + timedelta(hours=n))
archived = st.sampled_from([None, None, None, NOW])
gone = st.sampled_from([False, False, False, True])


@st.composite
def rosters(draw: st.DrawFn) -> dict[str, list[Row]]:
    def some(key: st.SearchStrategy[str], *rest: st.SearchStrategy[Any]) -> list[Row]:
        rows = draw(
            st.lists(st.tuples(key, *rest), max_size=7, unique_by=lambda r: r[0])
        )
        return [("C1", *row) for row in rows]

    kinds = st.sampled_from(["student", "staff", "administrator", None])
    return {
        "dim_campuses": [("C1", draw(texts), draw(texts), "America/Denver", False)],
        "dim_courses": some(
            ids, texts, texts, texts, texts, instants, instants, archived, gone
        ),
        "dim_users": some(ids, mails, mails, texts, texts, kinds, archived, gone),
        "dim_course_members": some(ids, ids, ids, archived, gone),
    }


@pytest.mark.slow
@settings(
    max_examples=15,
    # An example takes a second: one that is not shrunk is told whole.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(roster=rosters())
def test_what_is_exported_imports_again(roster: dict[str, list[Row]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = published(Path(folder), roster, PLAIN)
        written = exported(home)
        (first,) = home.run().imports
        # A folder has other bytes than a zip of the same files.
        with zipfile.ZipFile(written.path) as archive:
            archive.extractall(home.inbox / "20260311T020000Z")
        (second,) = home.run().imports

        told = home.query(
            "select messages, outcome, content from state.rows"
            " where is_invalid or outcome in ('skipped', 'merged', 'excluded')"
        )

    assert told == []
    assert first.status == second.status == "Completed"
    received = {
        data_type: figures["received_by_vendor"]
        for data_type, figures in written.counts.items()
    }
    for name, imported in (("new", first), ("no_change", second)):
        counts = {each.data_type: each.figures for each in imported.counts}
        assert {key: figures["total"] for key, figures in counts.items()} == received
        assert {key: figures[name] for key, figures in counts.items()} == received


SMALL: dict[str, list[Row]] = {
    "dim_campuses": [("C1", "Hill School", "North District", "UTC", False)],
    "dim_courses": [
        ("C1", "c1", None, "M1", None, "Maths", NOW, NOW, None, False),
        ("C1", "c2", None, None, None, None, NOW, None, None, False),
        ("C1", "old", None, None, None, "Old", None, None, NOW, False),
    ],
    "dim_users": [
        ("C1", "u1", "1", "ada@hill.school", "Ada", "L", "staff", None, False),
        ("C1", "u2", "2", "bob@hill.school", "Bob", None, "student", None, False),
        ("C1", "u3", "3", "bob@hill.school", "Cy", "X", "student", None, False),
    ],
    "dim_course_members": [
        ("C1", "m1", "c1", "u1", None, False),
        ("C1", "m2", "c1", "u2", None, False),
        ("C1", "m3", "c2", "u3", None, False),
        ("C1", "m4", "old", "u3", None, False),
    ],
}
FILTERED = """\
apps:
  - name: vendor
    campus_id: C1
    provider_filters:
      - {data_type: users, column: role, values: [teacher]}
      - {data_type: users, column: email}
    vendor_requirements:
      - {data_type: classes, column: classCode, check: required}
"""


def test_filters_and_requirements_take_along_what_refers_to_it(tmp_path: Path) -> None:
    home = published(tmp_path, SMALL, FILTERED)

    counts = exported(home).counts

    assert {
        data_type: tuple(figures.values()) for data_type, figures in counts.items()
    } == {
        # total, skipped by provider, granted, skipped by vendor, received
        "orgs": (2, 0, 2, 0, 2),
        "academicSessions": (2, 0, 2, 0, 2),
        "courses": (2, 0, 2, 0, 2),
        "classes": (2, 0, 2, 1, 1),
        "users": (3, 1, 2, 0, 2),
        "enrollments": (3, 1, 2, 1, 1),
    }
    (imported,) = home.run().imports
    assert imported.status == "Completed"
    assert home.query(
        "select json_extract_string(content, '$.username'),"
        " json_extract_string(content, '$.familyName'),"
        " json_extract_string(content, '$.email')"
        " from state.records where data_type = 'users' order by record_id"
    ) == [("2", "-", None), ("3", "X", None)]


def test_an_export_stands_in_the_history_of_the_next_run(tmp_path: Path) -> None:
    home = published(tmp_path, SMALL, FILTERED)
    written = exported(home)

    home.run()

    assert home.query(
        "select sync_id, app, direction, status, next_step_owner from state.imports"
        " where direction = 'export'"
    ) == [(written.sync_id, "vendor", "export", "Warning", "school")]
    assert home.query(
        "select total, skipped_by_provider, skipped_by_vendor from state.counts"
        " where school_id = 'C1' and data_type = 'enrollments'"
        " and skipped_by_vendor is not null"
    ) == [(3, 1, 1)]


def test_an_unknown_app_or_campus_is_told_in_words(tmp_path: Path) -> None:
    home = published(tmp_path, SMALL, PLAIN.replace("C1", "C9"))

    with pytest.raises(BadInputError, match="no campus C9"):
        exported(home)
    with pytest.raises(BadInputError, match="names no app 'other': there is vendor"):
        export_roster(home.home, "other", config_file=None, target=None)
