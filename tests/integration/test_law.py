"""What is published follows from the files alone (contract, section 5).

However the files came in, and whatever became of the runs that read them, the last run
gives what one run over all of them gives in a fresh home.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

import worlds
from oracle.schema import TABLES
from orchestration.home import Home
from support.commands import rollbook
from support.compiled import CompiledProject
from support.drops import jsonl_text, request
from support.nightly import NightlyHome
from support.runs import EXAMPLE, TIMES, all_tables, tables_of
from support.worlds import built_drawn_world

AS_OF = datetime(2026, 3, 13, 6, tzinfo=UTC)

_SEEDS = st.integers(0, 1 << 30)


def differences(
    project: CompiledProject,
    world: worlds.DrawnWorld,
    nights: Sequence[worlds.Night],
    *,
    rules: set[str] | None = None,
) -> list[str]:
    """Name the tables in which the nights and one run over all files differ.

    The rules about syncs that found something are added to ``rules``.
    """
    folder = Path(tempfile.mkdtemp(prefix="law-"))
    try:
        worlds.write_drop(world, folder / "drop")
        with built_drawn_world(project, world, folder) as connection:
            expected = tables_of(connection)
        nightly = NightlyHome.create(project, folder / "nightly")
        nightly.run_nights(world, list(nights))
        actual = nightly.tables()
        assert actual.keys() == expected.keys()
        if rules is not None:
            rules |= {row[2] for row in expected["reports.sync_anomalies"]}
        return [name for name in expected if actual[name] != expected[name]]
    finally:
        shutil.rmtree(folder)


def check(
    project: CompiledProject,
    world: worlds.DrawnWorld,
    drawn_seed: int,
    rules: set[str] | None = None,
) -> None:
    """Compare; of a failing world only the lines that it needs are told."""
    world = worlds.scattered(world, drawn_seed)
    # An even seed gives every night a time of its own, an odd one the world's.
    world = worlds.dated(world) if drawn_seed % 2 == 0 else world

    def found(less: worlds.DrawnWorld) -> list[str]:
        nights = worlds.nights(less, drawn_seed)
        return differences(project, less, nights, rules=rules)

    if found(world):
        least = worlds.reduced(world, lambda less: bool(found(less)))
        nights = "\n".join(map(repr, worlds.nights(least, drawn_seed)))
        pytest.fail(f"{found(least)} differ in {least!r}\nafter {nights}")


def world_of(*files: worlds.DrawnFile) -> worlds.DrawnWorld:
    """A world of these files; the tables without one have no rows."""
    without_rows = [
        worlds.DrawnFile(f"{table}.csv", columns, ())
        for table, columns in TABLES.items()
        if table not in {file.table for file in files}
    ]
    return worlds.DrawnWorld(
        AS_OF, AS_OF - timedelta(days=7), AS_OF, (*without_rows, *files)
    )


def file_of(path: str, *rows: dict[str, worlds.Cell]) -> worlds.DrawnFile:
    """A file of rows; a column that a row does not name is null."""
    columns = TABLES[path.split("/")[0]]
    lines = (
        worlds.DrawnRow(tuple((name, row.get(name)) for name in columns))
        for row in rows
    )
    return worlds.DrawnFile(path, columns, tuple(lines))


def delivered_late(world: worlds.DrawnWorld, *late: str) -> list[worlds.Night]:
    """Whole runs: the first without the late files, then one of them more a night."""
    return [
        worlds.Night(
            as_of=world.as_of,
            files=tuple(
                (file.path, (len(file.lines),))
                for file in world.files
                if file.path not in late[number:]
            ),
            touched=frozenset(),
            ending=worlds.Ending.WHOLE,
            chance=0,
            seed=number,
        )
        for number in range(len(late) + 1)
    ]


def bulk(
    request_id: str, params: str, *, minute: int, **given: worlds.Cell
) -> dict[str, worlds.Cell]:
    """A delivery of a request; of several the earliest counts."""
    return {
        "request_id": request_id,
        "campus_id": "C1",
        "requested_at": f"2026-03-10T18:{minute:02}:00Z",
        "record_type": "attendance_session",
        "operation": "bulk_delete",
        "params": worlds.Raw(params),
        "status": "success",
        **given,
    }


def two_ids(request_id: str) -> dict[str, worlds.Cell]:
    """The first delivery of a request, with two attempts."""
    return bulk(request_id, '{"attendanceIDs":["S1","S2"]}', minute=30)


def test_a_late_delivery_that_counts_replaces_all_attempts_of_the_other(
    project: CompiledProject,
) -> None:
    single: dict[str, worlds.Cell] = {
        "operation": "post",
        "record_type": "attendance_posting",
    }
    late = [
        bulk("no element", '{"attendanceIDs":[]}', minute=0),
        bulk("fewer elements", '{"attendanceIDs":["S2"]}', minute=0),
        bulk("one that loses", '{"attendanceIDs":[]}', minute=59),
        bulk("created", '{"sessions":[]}', minute=0, operation="bulk_create"),
        bulk("another record type", "{}", minute=0, **single),
    ]
    world = world_of(
        file_of(
            "api_requests/1.jsonl", *(two_ids(str(row["request_id"])) for row in late)
        ),
        file_of("api_requests/2.jsonl", *late),
    )

    assert (
        differences(project, world, delivered_late(world, world.files[-1].path)) == []
    )


def test_a_request_may_lose_its_attempts_and_get_them_back(
    project: CompiledProject,
) -> None:
    world = world_of(
        file_of("api_requests/1.jsonl", two_ids("r1")),
        file_of("api_requests/2.jsonl", bulk("r1", '{"attendanceIDs":[]}', minute=20)),
        file_of("api_requests/3.jsonl", bulk("r1", '{"attendanceIDs":[3]}', minute=10)),
    )
    late = [file.path for file in world.files[-2:]]

    assert differences(project, world, delivered_late(world, *late)) == []


def test_a_campus_that_moves_gets_other_days_for_all_its_requests(
    project: CompiledProject,
) -> None:
    minutes: dict[str, worlds.Cell] = dict.fromkeys(TABLES["campuses"][4:], "0")
    campus = {"campus_id": "C1", "name": "One", **minutes}
    moved = "campuses/snapshot=20260312T000000Z/campuses.csv"
    world = world_of(
        file_of("api_requests/1.jsonl", two_ids("r1")),
        file_of(
            "campuses/snapshot=20260301T000000Z/campuses.csv",
            {**campus, "time_zone": "UTC"},
        ),
        file_of(moved, {**campus, "time_zone": "Pacific/Kiritimati"}),
    )

    assert differences(project, world, delivered_late(world, moved)) == []


@seed(20261124)
@settings(worlds.SETTINGS, max_examples=5)
@given(world=worlds.worlds(max_requests=30), drawn_seed=_SEEDS)
def test_a_few_worlds_do_not_depend_on_their_nights(
    project: CompiledProject, world: worlds.DrawnWorld, drawn_seed: int
) -> None:
    check(project, world, drawn_seed)


@pytest.mark.slow
def test_many_worlds_do_not_depend_on_their_nights(project: CompiledProject) -> None:
    rules: set[str] = set()

    @seed(20261125)
    @settings(worlds.SETTINGS, max_examples=8)
    @given(world=worlds.worlds(), drawn_seed=_SEEDS)
    def compare(world: worlds.DrawnWorld, drawn_seed: int) -> None:
        check(project, world, drawn_seed, rules)

    compare()

    # The others need more than 60 requests or are rarely drawn: the oracle tries them
    # with low thresholds, and the cases one by one.
    assert rules >= {
        *("silent_loss", "orphan_member", "duplicate_identifier", "missed_schedule"),
        *("conflicting_identifiers", "conflicting_redelivery", "unknown_error"),
        "posting_time_mismatch",
    }


def dated_example(folder: Path) -> Path:
    """The worked example with every roster file in a snapshot folder.

    Its campus was in another time zone before.
    """
    drop = Path(shutil.copytree(EXAMPLE / "drop", folder))
    for file in [path for path in drop.iterdir() if path.is_file()]:
        dated_file = drop / file.stem / "snapshot=20260309T060000Z" / file.name
        dated_file.parent.mkdir(parents=True)
        file.rename(dated_file)
    campuses = drop / "campuses" / "snapshot=20260309T060000Z" / "campuses.csv"
    moved = drop / "campuses" / "snapshot=20260312T060000Z" / "campuses.csv"
    moved.parent.mkdir()
    shutil.copy(campuses, moved)
    text = campuses.read_text()
    assert "America/Denver" in text
    campuses.write_text(text.replace("America/Denver", "Asia/Tokyo"))
    late = request(
        "ses-02",
        campus_id="DEN",
        requested_at="2026-03-10T17:00:00Z",
        record_type="attendance_session",
        operation="bulk_delete",
        params={"attendanceIDs": []},
    )
    (drop / "api_requests" / "late.jsonl").write_text(jsonl_text([late]))
    return drop


@pytest.mark.slow
def test_real_runs_over_four_nights_give_what_one_run_gives(tmp_path: Path) -> None:
    """A log file that grows, an older snapshot that comes late, a delivery that wins.

    The last night has no news.
    """
    whole = dated_example(tmp_path / "whole")
    drop = Path(shutil.copytree(whole, tmp_path / "drop"))
    late = [
        Path("attendance_sessions", "snapshot=20260309T060000Z"),
        Path("campuses", "snapshot=20260312T060000Z"),
        Path("api_requests", "late.jsonl"),
        Path("api_requests", "delivery-3.csv"),
    ]
    growing = Path("api_requests", "delivery-2.jsonl")
    for path in late:
        (tmp_path / "kept" / path).parent.mkdir(parents=True, exist_ok=True)
        (drop / path).rename(tmp_path / "kept" / path)
    lines = (drop / growing).read_text().splitlines(keepends=True)
    (drop / growing).write_text("".join(lines[:7]))

    def run(source: Path, home: str, as_of: str) -> Home:
        completed = rollbook(
            *("run", "--source", source, "--home", tmp_path / home),
            *("--as-of", as_of),
        )
        assert completed.returncode == 0, completed.stdout + completed.stderr
        return Home(tmp_path / home)

    nightly = run(drop, "nightly", "2026-03-10T06:00:00Z")
    (drop / growing).write_text("".join(lines))
    run(drop, "nightly", "2026-03-12T06:00:00Z")
    first_attempts = {row[:2] for row in all_tables(nightly)["marts.fct_sync_attempts"]}
    for path in late:
        (tmp_path / "kept" / path).rename(drop / path)
    run(drop, "nightly", "2026-03-12T06:00:00Z")
    run(drop, "nightly", TIMES["as_of"])

    expected = all_tables(run(whole, "fresh", TIMES["as_of"]))
    actual = all_tables(nightly)
    assert actual.keys() == expected.keys()
    assert [name for name in expected if actual[name] != expected[name]] == []
    assert ("DEN", "ses-02") in first_attempts
    assert ("DEN", "ses-02") not in {
        row[:2] for row in actual["marts.fct_sync_attempts"]
    }
