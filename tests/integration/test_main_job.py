"""The main job as people run it: from a drop folder to the file that readers open."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.extract.ledger import Ledger
from orchestration.home import Home
from orchestration.publish.publication import read_publications
from support.commands import ROLLBOOK, environment, rollbook
from support.runs import (
    TIMES,
    PublishedRun,
    all_tables,
    expected_reports,
    published_report,
    published_run,
)

REPORTS = expected_reports()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> PublishedRun:
    return published_run(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def published(run: PublishedRun) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(run.home.published_file), read_only=True) as connection:
        yield connection


def test_the_command_says_what_was_published(run: PublishedRun) -> None:
    assert run.completed.stderr == ""
    assert (
        f"published 000001-{TIMES['as_of'].translate(str.maketrans('', '', '-:'))}"
        in (run.completed.stdout)
    )
    for report, expected in REPORTS.items():
        (line,) = [
            line
            for line in run.completed.stdout.splitlines()
            if line.split()[:1] == [report]
        ]
        assert line.split()[1:] == [str(len(expected)), "rows"]
    assert "quarantined rows: 4" in run.completed.stdout
    assert str(run.home.published_file) in run.completed.stdout


@pytest.mark.parametrize("report", REPORTS)
def test_a_published_report_is_as_written_by_hand(
    published: duckdb.DuckDBPyConnection, report: str
) -> None:
    found = published_report(published, f"from reports.{report}")

    assert found == REPORTS[report]
    assert [list(row) for row in found] == [list(row) for row in REPORTS[report]]


def test_the_published_file_is_finished(run: PublishedRun) -> None:
    link = run.home.published_file
    file = link.resolve()

    assert not link.readlink().is_absolute()
    assert stat.S_IMODE(file.stat().st_mode) == 0o444
    assert [path.name for path in file.parent.iterdir()] == ["rollbook.duckdb"]
    assert sorted(path.name for path in link.parent.iterdir()) == [
        "check_results.jsonl",
        "publications.jsonl",
        "rollbook.duckdb",
        "versions",
    ]


@pytest.mark.parametrize("zone", ["America/Denver", "Pacific/Auckland"])
def test_macros_work_when_the_file_is_attached(run: PublishedRun, zone: str) -> None:
    """Under its default name, beside a database that has the reader's own tables."""
    with duckdb.connect() as reader:
        reader.execute(f"set timezone = '{zone}'")
        reader.execute("create schema reports")
        reader.execute("create table reports.fct_sync_attempts (nothing integer)")
        reader.execute(f"attach '{run.home.published_file}' (read_only)")
        start, end = (TIMES[name].rstrip("Z") for name in ("range_start", "range_end"))
        for report, expected in REPORTS.items():
            if report == "integration_jobs":
                continue
            found = published_report(
                reader,
                f"from rollbook.reports.{report}_between(null, '{start}', '{end}')",
            )
            assert found == expected, report


def test_every_column_of_marts_and_reports_is_described(
    published: duckdb.DuckDBPyConnection,
) -> None:
    bare = published.execute(
        "select schema_name, table_name, column_name from duckdb_columns()"
        " where schema_name in ('marts', 'reports') and coalesce(comment, '') = ''"
        " union all"
        " select schema_name, table_name, null from duckdb_tables()"
        " where schema_name in ('marts', 'reports') and coalesce(comment, '') = ''"
    ).fetchall()

    assert bare == []


def test_every_instant_has_a_zone(published: duckdb.DuckDBPyConnection) -> None:
    naive = published.execute(
        "select table_name, column_name, data_type from duckdb_columns()"
        " where schema_name in ('marts', 'reports')"
        " and (column_name like '%\\_at' escape '\\' or data_type like 'TIMESTAMP%')"
        " and data_type <> 'TIMESTAMP WITH TIME ZONE'"
    ).fetchall()

    assert naive == []


def test_every_line_of_every_file_is_accounted_for(
    published: duckdb.DuckDBPyConnection,
) -> None:
    files = published.execute(
        "select source_file, line_count, loaded_count + redelivered_count"
        " + quarantined_count + blank_count + header_count from marts.input_files"
    ).fetchall()

    assert len(files) == 11
    assert [file for file in files if file[1] != file[2]] == []


@pytest.fixture(scope="module")
def second(run: PublishedRun, tmp_path_factory: pytest.TempPathFactory) -> PublishedRun:
    """The same command again on a copy of the home: nothing is new."""
    home = Home(run.again(tmp_path_factory.mktemp("second")))
    completed = rollbook(
        "run", "--source", run.drop, "--home", home.root, "--as-of", TIMES["as_of"]
    )
    assert completed.returncode == 0, completed.stderr
    return PublishedRun(run.drop, home, completed)


def test_a_second_run_publishes_the_same_rows(
    run: PublishedRun, second: PublishedRun
) -> None:
    before, after = all_tables(run.home), all_tables(second.home)

    assert before.keys() == after.keys()
    for table, rows in before.items():
        assert after[table] == rows, table


def test_a_second_run_is_a_publication_of_its_own(second: PublishedRun) -> None:
    first, last = read_publications(second.home)

    assert first.publication_id.startswith("000001-")
    assert last.publication_id.startswith("000002-")
    assert last.run_id != first.run_id
    assert second.home.published_file.readlink().parent.name == last.publication_id
    with duckdb.connect(str(second.home.published_file), read_only=True) as connection:
        known = connection.execute("select publication_id from marts.publications")
        assert {row[0] for row in known.fetchall()} == {
            first.publication_id,
            last.publication_id,
        }


def test_a_second_run_reads_nothing_again(second: PublishedRun) -> None:
    assert Ledger(second.home.landing).batch_numbers() == [1]


def test_rollback_gives_readers_the_version_before(
    second: PublishedRun, tmp_path: Path
) -> None:
    home = Home(second.again(tmp_path))
    first, last = (each.publication_id for each in read_publications(home))

    listed = rollbook("publications", "--home", home.root)
    back = rollbook("rollback", "--home", home.root)
    unknown = rollbook("rollback", "--home", home.root, "000009-x")
    forth = rollbook("rollback", "--home", home.root, last)

    assert [line.split()[0] for line in listed.stdout.splitlines()] == [first, last]
    assert listed.stdout.splitlines()[1].endswith("current")
    assert (back.returncode, back.stdout) == (0, f"readers now open {first}\n")
    assert unknown.returncode == 2
    assert forth.returncode == 0
    assert home.published_file.readlink().parent.name == last


@pytest.mark.slow
def test_files_that_arrive_in_turn_make_the_same_reports(
    run: PublishedRun, tmp_path: Path
) -> None:
    """Three runs, the log's newest file first: the build goes on from what is there."""
    drop = tmp_path / "drop"
    shutil.copytree(run.drop, drop)
    waiting = tmp_path / "waiting"
    shutil.move(drop / "api_requests", waiting)
    (drop / "api_requests").mkdir()
    home = Home(tmp_path / "home")

    for name in ("delivery-3.csv", "delivery-1.jsonl", "delivery-2.jsonl"):
        shutil.move(waiting / name, drop / "api_requests" / name)
        completed = rollbook(
            "run", "--source", drop, "--home", home.root, "--as-of", TIMES["as_of"]
        )
        assert completed.returncode == 0, completed.stderr

    assert Ledger(home.landing).batch_numbers() == [1, 2, 3]
    expected = all_tables(run.home)
    for table, rows in all_tables(home).items():
        assert rows == expected[table], table


@pytest.mark.slow
@pytest.mark.parametrize(
    "stage", ["building the warehouse", "building the publication"]
)
def test_a_killed_run_can_be_run_again(
    run: PublishedRun, tmp_path: Path, stage: str
) -> None:
    home = Home(run.again(tmp_path))
    (run.drop / "users.jsonl").touch()
    command = [
        *(ROLLBOOK, "run", "--source", run.drop, "--home", home.root),
        *("--as-of", TIMES["as_of"]),
    ]
    with subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert any(stage in line for line in running.stdout)
        os.kill(running.pid, signal.SIGKILL)

    assert home.published_file.readlink().parent.name.startswith("000001-")
    completed = rollbook(*command[1:])

    assert completed.returncode == 0, completed.stderr
    expected = all_tables(run.home)
    for table, rows in all_tables(home).items():
        assert rows == expected[table], table
