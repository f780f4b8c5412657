"""Runs after the first one: nothing new, versions to go back to, files in turn."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.extract.ledger import Ledger
from orchestration.home import Home
from orchestration.publish.records import read_publications
from orchestration.run_ledger import Event, read_events
from support.commands import rollbook
from support.runs import (
    PublishedRun,
    all_tables,
    expected_reports,
    run_and_publish,
)


@pytest.fixture(scope="module")
def second(run: PublishedRun, tmp_path_factory: pytest.TempPathFactory) -> PublishedRun:
    """The same command again on a copy of the home: nothing is new."""
    home = Home(run.again(tmp_path_factory.mktemp("second")))
    return run_and_publish(run.drop, home)


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

    told = [
        (event.event, event.details["publication_id"])
        for event in read_events(home)
        if "publication_id" in event.details
    ]
    assert told == [
        (Event.PUBLISHED, first),
        (Event.PUBLISHED, last),
        (Event.ROLLED_BACK, first),
        (Event.ROLLED_BACK, last),
    ]
    assert [line.split()[0] for line in listed.stdout.splitlines()] == [first, last]
    assert listed.stdout.splitlines()[1].endswith("current")
    assert (back.returncode, back.stdout) == (0, f"readers now open {first}\n")
    assert unknown.returncode == 2
    assert forth.returncode == 0
    assert home.published_file.readlink().parent.name == last


def test_diff_of_two_runs_over_the_same_files_is_nothing(second: PublishedRun) -> None:
    ids = [each.publication_id for each in read_publications(second.home)]

    completed = rollbook("diff", "--home", second.home.root, *ids)
    shown = rollbook("diff", "--home", second.home.root, *ids, "--report", "user_list")

    assert completed.returncode == 0, completed.stderr
    lines = [line.split() for line in completed.stdout.splitlines()]
    with duckdb.connect(str(second.home.published_file), read_only=True) as session:
        told = session.execute("select name from marts.report_catalog").fetchall()
    assert {line[0] for line in lines} == {name for (name,) in told}
    assert {*expected_reports(), "sync_anomalies"} <= {name for (name,) in told}
    assert {tuple(line[1:]) for line in lines} == {
        ("0", "added", "0", "gone", "0", "changed")
    }
    assert shown.stdout == completed.stdout


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
        run_and_publish(drop, home)

    assert Ledger(home.landing).batch_numbers() == [1, 2, 3]
    expected = all_tables(run.home)
    for table, rows in all_tables(home).items():
        assert rows == expected[table], table
