"""What the command says and does when something is wrong (contract, section 5).

One line on stderr, an exit code, and the last publication as it was.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from dagster import DagsterInstance, DagsterRunStatus

from expectations.landing.checks import MOST_ROWS_READABLE
from orchestration.extract.ledger import Ledger
from orchestration.home import Home
from orchestration.publish.records import read_publications
from orchestration.run_ledger import Event, read_events
from support.commands import ROLLBOOK, environment, held_elsewhere, one_line, rollbook
from support.drops import jsonl_text, request
from support.runs import TIMES, PublishedRun, all_tables


@pytest.fixture(scope="module")
def home(run: PublishedRun, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with a publication, which no failing run may touch."""
    return Home(run.again(tmp_path_factory.mktemp("command-line")))


@pytest.fixture
def drop(run: PublishedRun, tmp_path: Path) -> Path:
    """A drop like the one that was published, for a test to spoil."""
    return Path(shutil.copytree(run.drop, tmp_path / "drop"))


def published(home: Home) -> dict[str, object]:
    """Everything readers open, and what the home remembers of it."""
    return {
        str(path.relative_to(home.published)): (
            path.readlink()
            if path.is_symlink()
            else path.is_file() and (path.stat().st_ino, path.read_bytes())
        )
        for path in sorted(home.published.rglob("*"))
    }


def refused(home: Home, *arguments: str | Path, code: int = 2) -> str:
    """Run, expect that it fails and publishes nothing; return its one line."""
    before = published(home)
    batches = Ledger(home.landing).batch_numbers()

    completed = rollbook("run", "--home", home.root, *arguments)

    assert completed.returncode == code, completed.stdout + completed.stderr
    assert published(home) == before
    if code != 4:
        assert Ledger(home.landing).batch_numbers() == batches
    return one_line(completed)


def without(path: Path, column: str) -> None:
    """Take a column out of the header of a CSV file."""
    header, rest = path.read_text(encoding="utf-8").split("\n", 1)
    names = [name for name in header.split(",") if name != column]
    path.write_text("\n".join([",".join(names), rest]), encoding="utf-8")


def no_table(drop: Path) -> None:
    (drop / "courses.csv").unlink()


def no_column(drop: Path) -> None:
    without(drop / "courses.csv", "mapping_id")


def no_column_in_any_row(drop: Path) -> None:
    text = '{"campus_id":"DEN","created_at":"2026-01-01T00:00:00Z"}\n' * 2
    (drop / "users.jsonl").write_text(text, encoding="utf-8")


def cut_off(drop: Path) -> None:
    (drop / "api_requests" / "more.csv.gz").write_bytes(b"\x1f\x8b\x08")


def broken_parquet(drop: Path) -> None:
    (drop / "api_requests" / "more.parquet").write_bytes(b"PAR1, and no more")


def unreadable(drop: Path) -> None:
    """Root reads what it may not: such a file fails for everyone."""
    (drop / "courses.csv").unlink()
    (drop / "courses.csv").symlink_to("/proc/self/mem")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (no_table, ["table courses is missing", "courses.csv"]),
        (no_column, ["courses.csv", "column mapping_id of table courses is missing"]),
        pytest.param(
            no_column_in_any_row,
            ["users.jsonl", "column user_id of table users"],
            marks=pytest.mark.slow,
        ),
        pytest.param(
            cut_off, ["more.csv.gz", "no whole gzip file"], marks=pytest.mark.slow
        ),
        pytest.param(
            broken_parquet, ["more.parquet", "cannot be read"], marks=pytest.mark.slow
        ),
        (unreadable, ["courses.csv", "cannot be read"]),
    ],
)
def test_a_drop_that_cannot_be_used_ends_the_run(
    home: Home, drop: Path, spoil: Callable[[Path], None], told: list[str]
) -> None:
    spoil(drop)

    line = refused(home, "--source", drop, "--as-of", TIMES["as_of"])

    assert str(drop) in line
    assert all(part in line for part in told), line


def test_a_missing_drop_ends_the_run_which_shows_as_failed(
    home: Home, tmp_path: Path
) -> None:
    line = refused(home, "--source", tmp_path / "nowhere")

    assert str(tmp_path / "nowhere") in line
    with DagsterInstance.from_config(str(home.dagster)) as instance:
        newest = instance.get_runs(limit=1)[0]
    assert newest.status is DagsterRunStatus.FAILURE


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--as-of", "nonsense"), "--as-of 'nonsense' is no time"),
        (
            ("--range-start", "2026-03-13T06:00:01Z", "--as-of", TIMES["as_of"]),
            "is after --range-end 2026-03-13T06:00:00",
        ),
    ],
)
def test_a_time_that_makes_no_sense_ends_the_run(
    home: Home, run: PublishedRun, arguments: tuple[str, ...], told: str
) -> None:
    assert told in refused(home, "--source", run.drop, *arguments)


def test_a_mistake_in_the_options_is_told_before_a_run_is_made(tmp_path: Path) -> None:
    """Dagster and dbt take seconds to start, and nothing could come of it."""
    for arguments in (("--source", tmp_path, "--as-of", "nonsense"), ()):
        completed = rollbook("run", "--home", tmp_path / "home", *arguments)

        assert completed.returncode == 2
        assert one_line(completed)
        assert not list((tmp_path / "home" / "dagster").glob("*"))


def test_a_home_that_cannot_be_written_ends_the_run(
    run: PublishedRun, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()

    for home in (tmp_path / "file", tmp_path / "file" / "below"):
        completed = rollbook("run", "--source", run.drop, "--home", home)
        assert completed.returncode == 2
        assert f"{home} cannot be written" in one_line(completed)


@pytest.mark.parametrize(
    "command",
    [("rollback",), ("publications",), ("publish",), ("diff", "000001-x", "000002-x")],
)
def test_a_folder_without_a_run_is_no_home(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    completed = rollbook(*command, "--home", tmp_path)

    assert completed.returncode == 2
    assert "is no home" in one_line(completed)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [("run",), ("run", "--source", "."), ("nothing",), ("run", "--what")]
)
def test_a_command_that_is_none_is_told_so(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    completed = subprocess.run(
        [ROLLBOOK, *arguments],
        env=environment(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert completed.returncode == 2
    assert "Usage:" in completed.stderr
    assert "Traceback" not in completed.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_is_held_is_busy(home: Home, run: PublishedRun) -> None:
    with held_elsewhere(home, purpose="run of another") as holder:
        line = refused(home, "--source", run.drop, code=3)
        back = rollbook("rollback", "--home", home.root)
        assert f"run of another (process {holder.pid} on " in line

        listed = rollbook("publications", "--home", home.root)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        freed = rollbook("rollback", "--home", home.root)

    assert back.returncode == 3
    assert f"process {holder.pid} on " in one_line(back)
    assert listed.returncode == 0, "reading needs no lock"
    # Free at once: there is only nothing to go back to.
    assert freed.returncode == 2
    assert "keeps no version before" in one_line(freed)


@pytest.mark.slow
def test_a_failed_blocking_check_ends_every_run_until_it_is_forced(
    run: PublishedRun, drop: Path, tmp_path: Path
) -> None:
    """More than half of a hundred and more requests cannot be read."""
    home = Home(run.again(tmp_path))
    bad = drop / "api_requests" / "bad.jsonl"
    bad.write_text("no JSON\n" * 150, encoding="utf-8")
    arguments = ("--source", drop, "--as-of", TIMES["as_of"])

    line = refused(home, *arguments, code=4)

    assert MOST_ROWS_READABLE.name in line
    assert "api_requests" in line
    assert "the last publication stays as it was" in line
    assert all_tables(home) == all_tables(run.home)

    # A later delivery that is good does not let the bad batch pass.
    good = jsonl_text(request(f"g{n}", campus_id="DEN") for n in range(9))
    (drop / "api_requests" / "good.jsonl").write_text(good, encoding="utf-8")
    assert MOST_ROWS_READABLE.name in refused(home, *arguments, code=4)
    unforced = rollbook("publish", "--home", home.root)
    assert unforced.returncode == 4
    assert MOST_ROWS_READABLE.name in one_line(unforced)

    forced = rollbook("publish", "--home", home.root, "--force", "the vendor knows")

    assert forced.returncode == 0, forced.stderr
    newest = read_publications(home)[-1]
    assert newest.forced_reason == "the vendor knows"
    assert newest.as_of == run_times(run)
    assert newest.landed_through_batch == 3
    assert [each["path"] for each in newest.new_inputs] == [
        "api_requests/bad.jsonl",
        "api_requests/good.jsonl",
    ]
    with duckdb.connect(str(home.published_file), read_only=True) as connection:
        failed = connection.execute(
            "select check_name from marts.check_results where not is_passed"
            " and severity = 'blocking' and publication_id = $1",
            [newest.publication_id],
        ).fetchall()
        attempts = connection.execute(
            "select count(*) from marts.fct_sync_attempts where request_id like 'g%'"
        ).fetchone()
    assert failed == [(MOST_ROWS_READABLE.name,)]
    assert attempts == (9,)
    listed = rollbook("publications", "--home", home.root).stdout.splitlines()[-1]
    assert listed.endswith("current  (forced: the vendor knows)")
    assert read_events(home)[-1].event is Event.ENDED

    # What was let pass is not judged again.
    completed = rollbook("run", "--home", home.root, *arguments)
    assert completed.returncode == 0, completed.stderr


def run_times(run: PublishedRun) -> str:
    """The as_of of the run, as its publication tells it."""
    return read_publications(run.home)[-1].as_of


def test_there_is_nothing_to_publish_before_a_run(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()

    completed = rollbook("publish", "--home", home.root)

    assert completed.returncode == 2
    assert "has landed nothing yet" in one_line(completed)


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["the warehouse", "the publication"])
def test_a_killed_run_can_be_run_again(
    run: PublishedRun, tmp_path: Path, stage: str
) -> None:
    home = Home(run.again(tmp_path))
    command = [
        *(ROLLBOOK, "run", "--source", run.drop, "--home", home.root),
        *("--as-of", TIMES["as_of"]),
    ]
    with subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert any(f"building {stage}" in line for line in running.stdout)
        os.kill(running.pid, signal.SIGKILL)

    assert home.published_file.readlink().parent.name.startswith("000001-")
    completed = rollbook(*command[1:])

    assert completed.returncode == 0, completed.stderr
    expected = all_tables(run.home)
    for table, rows in all_tables(home).items():
        assert rows == expected[table], table


def descendants(process_id: int) -> list[int]:
    """Every process that a process has started, and theirs."""
    children = Path(f"/proc/{process_id}/task/{process_id}/children")
    found = [int(child) for child in children.read_text().split()]
    return [*found, *(each for child in found for each in descendants(child))]


@pytest.mark.slow
def test_a_killed_run_takes_its_build_with_it(
    run: PublishedRun, tmp_path: Path
) -> None:
    """The home is free at once, so nothing may go on writing its warehouse."""
    home = Home(run.again(tmp_path))
    command = [ROLLBOOK, "run", "--source", run.drop, "--home", home.root]
    with subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert any("building the warehouse" in line for line in running.stdout)
        ends = [os.pidfd_open(each) for each in descendants(running.pid)]
        assert ends
        os.kill(running.pid, signal.SIGKILL)

    for end in ends:
        select.select([end], [], [])
        os.close(end)

    # dbt writes this at the end of a build, and removed that of the build before.
    assert not (home.warehouse / "target" / "run_results.json").exists()
