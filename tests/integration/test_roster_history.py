"""The roster as it was, and lists that know every version of their records."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, seed, settings

import oracle
import worlds
from oracle.schema import TABLES
from support.compiled import CompiledProject
from support.drops import SmallDrop, course, csv_text, user
from support.worlds import built_drawn_world, built_drop, rows

TICK = timedelta(microseconds=1)
AS_OF = datetime(2026, 3, 13, 6, tzinfo=UTC)
HISTORIES = (
    *("campuses", "integration_jobs", "courses"),
    *("users", "course_members", "attendance_sessions"),
)


@pytest.fixture(scope="module")
def rosters(project: CompiledProject) -> CompiledProject:
    """The dimensions at any moment, without the rest of the warehouse."""
    return project.making(*(f"marts.dim_{table}_as_of" for table in HISTORIES))


def moments(taken_at: list[datetime]) -> list[tuple[datetime, datetime]]:
    """Instants, each with the snapshot that holds then; the last one has no end."""
    told = [(at, at) for at in taken_at]
    told += [(later - TICK, at) for at, later in pairwise(taken_at)]
    told += [(at + (later - at) / 2, at) for at, later in pairwise(taken_at)]
    return [*told, (taken_at[-1] + timedelta(days=4000), taken_at[-1])]


def check_history(project: CompiledProject, world: worlds.DrawnWorld) -> None:
    """Every dimension at every moment, against the snapshots as the oracle reads."""
    folder = Path(tempfile.mkdtemp(prefix="history-"))
    worlds.write_drop(world, folder / "drop")
    read = oracle.read_drop(folder / "drop", as_of=world.as_of)
    with built_drawn_world(project, world, folder) as connection:
        for table in HISTORIES:
            snapshots = read.snapshots[table]
            known = [at for at in sorted(snapshots) if at <= world.as_of]
            assert roster_at(connection, table, known[0] - TICK) == []
            for instant, taken_at in moments(known):
                assert roster_at(connection, table, instant) == in_order(
                    table, snapshots[taken_at]
                ), (table, instant)
    shutil.rmtree(folder)


def roster_at(
    connection: duckdb.DuckDBPyConnection, table: str, instant: datetime
) -> list[list[Any]]:
    return in_order(
        table, rows(connection, f"from marts.dim_{table}_as_of($1)", [instant])
    )


def in_order(table: str, found: list[dict[str, Any]]) -> list[list[Any]]:
    """The table's own columns, in any order of the rows."""
    return sorted(([row[name] for name in TABLES[table]] for row in found), key=repr)


@seed(20261124)
@settings(worlds.SETTINGS, max_examples=6)
@given(world=worlds.worlds(max_requests=5))
def test_a_few_rosters_are_what_their_snapshots_held(
    rosters: CompiledProject, world: worlds.DrawnWorld
) -> None:
    check_history(rosters, world)


@pytest.mark.slow
@seed(20261125)
@settings(worlds.SETTINGS, max_examples=30)
@given(world=worlds.worlds(max_requests=5))
def test_many_rosters_are_what_their_snapshots_held(
    rosters: CompiledProject, world: worlds.DrawnWorld
) -> None:
    check_history(rosters, world)


def deliver_snapshots(
    drop: SmallDrop, table: str, snapshots: dict[str, list[dict[str, Any]]]
) -> None:
    """One folder a snapshot, named by its day in March; a snapshot may be empty."""
    for day, listed in snapshots.items():
        drop.deliver(
            f"{table}/snapshot=202603{day}T000000Z/{table}.csv",
            csv_text(listed, header=TABLES[table]),
        )


@pytest.fixture(scope="module")
def deleted_and_back(
    project: CompiledProject, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """U1 on the 1st, gone on the 4th, back on the 6th as it was, another on the 8th."""
    drop = SmallDrop.create(tmp_path_factory.mktemp("history"))
    first = user("U1", first_name="Ana")
    deliver_snapshots(
        drop,
        "users",
        {
            "01": [first],
            "04": [user("U2")],
            "06": [first],
            "08": [user("U1", first_name="Anna")],
        },
    )
    with built_drop(project, drop) as connection:
        yield connection


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("timestamptz '2026-02-28 23:59:59.999999+00'", []),
        ("timestamptz '2026-03-01 00:00:00+00'", [("U1", "Ana")]),
        ("timestamptz '2026-03-03 23:59:59.999999+00'", [("U1", "Ana")]),
        ("timestamptz '2026-03-04 00:00:00+00'", [("U2", None)]),
        ("timestamptz '2026-03-05 23:59:59.999999+00'", [("U2", None)]),
        ("timestamptz '2026-03-06 00:00:00+00'", [("U1", "Ana")]),
        ("timestamptz '2026-03-08 00:00:00+00'", [("U1", "Anna")]),
        ("timestamptz '2099-01-01 00:00:00+00'", [("U1", "Anna")]),
        # Text, dates and naive timestamps are UTC, whatever the reader's zone.
        ("'2026-03-04'", [("U2", None)]),
        ("'2026-03-04 00:00'", [("U2", None)]),
        ("'2026-03-03T23:59:59.999999'", [("U1", "Ana")]),
        ("'2026-03-04T05:29:59+05:30'", [("U1", "Ana")]),
        ("'2026-03-04T05:30:00+05:30'", [("U2", None)]),
        ("date '2026-03-04'", [("U2", None)]),
        ("timestamp '2026-03-03 23:59:59'", [("U1", "Ana")]),
        ("null", []),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "America/Denver", "Asia/Tokyo"])
def test_the_roster_of_an_instant(
    deleted_and_back: duckdb.DuckDBPyConnection,
    zone: str,
    instant: str,
    expected: list[tuple[str, str | None]],
) -> None:
    deleted_and_back.execute(f"set timezone = '{zone}'")

    found = deleted_and_back.execute(
        f"select user_id, first_name from marts.dim_users_as_of({instant})"
    ).fetchall()

    deleted_and_back.execute("set timezone = 'UTC'")
    assert found == expected


def test_a_version_says_how_long_it_held(
    deleted_and_back: duckdb.DuckDBPyConnection,
) -> None:
    (version,) = rows(deleted_and_back, "from marts.dim_users_as_of('2026-03-07')")

    assert version["valid_from_at"] == datetime(2026, 3, 6, tzinfo=UTC)
    assert version["valid_to_at"] == datetime(2026, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize("table", HISTORIES)
def test_columns_are_those_of_the_versions(
    deleted_and_back: duckdb.DuckDBPyConnection, table: str
) -> None:
    def columns(relation: str) -> list[tuple[str, str]]:
        return [
            (name, kind)
            for name, kind, *_ in deleted_and_back.execute(
                f"describe from {relation}"
            ).fetchall()
        ]

    assert columns(f"marts.dim_{table}_as_of('2026-03-07')") == [
        (name, kind)
        for name, kind in columns(f"marts.dim_{table}_versions")
        if name != "is_current"
    ]


def session(**given: Any) -> dict[str, Any]:
    """An attendance session that breaks no rule, but for what is given."""
    return {**course(), "course_id": "K1", "attendance_id": "S1", **given}


def member(**given: Any) -> dict[str, Any]:
    """A course member that breaks no rule, but for what is given."""
    return {**user(), "course_member_id": "E1", "course_id": "K1", **given}


LISTS = [
    pytest.param("courses", "course", course, id="course"),
    pytest.param("users", "user", user, id="user"),
    pytest.param("course_members", "course_member", member, id="course_member"),
    pytest.param(
        "attendance_sessions", "attendance_session", session, id="attendance_session"
    ),
]


@pytest.mark.parametrize(("table", "record_type", "row"), LISTS)
def test_a_past_range_sees_the_update_of_a_version_in_the_middle(
    project: CompiledProject, tmp_path: Path, table: str, record_type: str, row: Any
) -> None:
    """The newest version's updated_at lies after the range, the oldest's is null."""
    drop = SmallDrop.create(tmp_path)
    campus = {
        **dict.fromkeys(TABLES["campuses"]),
        **dict.fromkeys(TABLES["campuses"][4:], 0),
        "campus_id": "C1",
        "name": "One",
        "time_zone": "UTC",
    }
    drop.deliver("campuses.csv", csv_text([campus], header=TABLES["campuses"]))
    deliver_snapshots(
        drop,
        table,
        {
            "01": [row(mapping_id="M1")],
            "03": [row(mapping_id="M2", updated_at="2026-03-02T12:00:00Z")],
            "05": [],
            "09": [row(mapping_id="M3", updated_at="2026-03-08T12:00:00Z")],
        },
    )
    ranges = {
        ("2026-03-01", "2026-03-02 12:00:00"): 0,
        ("2026-03-02 12:00:00", "2026-03-02 12:00:01"): 1,
        ("2026-03-02 12:00:01", "2026-03-08 12:00:00"): 0,
        ("2026-03-08", "2026-03-09"): 1,
        ("2026-03-01", "2026-03-09"): 1,
    }

    with built_drop(project, drop) as connection:
        listed = {
            range_: connection.execute(
                f"select count(*) filter (where updated_in_range)"
                f" from reports.{record_type}_list_between(null, $1, $2)",
                range_,
            ).fetchone()
            for range_ in ranges
        }
        summed = {
            range_: connection.execute(
                "select updated from reports.system_data_summary_between('C1', $1, $2)"
                " where record_type = $3",
                [*range_, record_type],
            ).fetchone()
            for range_ in ranges
        }

    assert listed == {range_: (count,) for range_, count in ranges.items()}
    assert summed == {range_: (count,) for range_, count in ranges.items()}
