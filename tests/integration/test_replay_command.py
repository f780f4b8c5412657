"""`rollbook quarantine` and `rollbook replay`: what they list, tell and refuse."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orchestration.extract.quarantine import list_quarantine
from orchestration.home import Home
from support.commands import held_elsewhere, one_line, rollbook
from support.drops import SmallDrop, course, csv_text, jsonl_text, request
from support.runs import EXAMPLE, TIMES, all_tables


@pytest.fixture(scope="module")
def bad_home(tmp_path_factory: pytest.TempPathFactory) -> SmallDrop:
    """A home that landed bad rows; nothing was built or published."""
    drop = SmallDrop.create(tmp_path_factory.mktemp("bad"))
    rows = [request("r1", status="lost"), request("r2", status="gone"), request("")]
    drop.deliver("api_requests/a.jsonl", jsonl_text(rows))
    drop.deliver("api_requests/b.jsonl", "{\n" + "x" * 2_000 + "\n")
    drop.land(max_line_bytes=1024)
    return drop


def test_bad_rows_are_listed_by_file_and_reason(bad_home: SmallDrop) -> None:
    completed = rollbook("quarantine", "--home", bad_home.home.root)

    assert completed.returncode == 0
    assert completed.stdout.splitlines() == [
        "5 quarantined rows",
        "api_requests/a.jsonl",
        "         2  status '…' is not one of success, error  (lines 1, 2)",
        "         1  request_id is missing  (lines 3)",
        "api_requests/b.jsonl",
        "         1  the line is longer than 1024 bytes  (lines 2)",
        "         1  the line is no JSON  (lines 1)",
    ]


@pytest.mark.parametrize(
    ("narrowed", "lines"),
    [
        ({"reason": "is not one of"}, ["a.jsonl:1", "a.jsonl:2"]),
        ({"reason": "status '…'"}, ["a.jsonl:1", "a.jsonl:2"]),
        ({"reason": "'gone'"}, ["a.jsonl:2"]),
        ({"file": "api_requests/b.jsonl"}, ["b.jsonl:1", "b.jsonl:2"]),
        ({"file": "api_requests/b.jsonl", "reason": "JSON"}, ["b.jsonl:1"]),
    ],
)
def test_narrowed_bad_rows_are_listed_one_by_one(
    bad_home: SmallDrop, narrowed: dict[str, str], lines: list[str]
) -> None:
    listed = list_quarantine(bad_home.home, **narrowed).splitlines()

    assert [":".join(line.split(":")[:2]) for line in listed] == [
        f"api_requests/{line}" for line in lines
    ]
    assert max(map(len, listed)) < 250
    assert "  | {" in listed[0]


def test_a_home_without_a_run_has_no_bad_rows(tmp_path: Path) -> None:
    home = SmallDrop.create(tmp_path).home

    assert list_quarantine(home) == "no row is quarantined"
    assert list_quarantine(home, reason="x") == "no quarantined row is like that"


@pytest.mark.parametrize("command", ["quarantine", "replay"])
def test_a_folder_that_is_no_home_is_told(tmp_path: Path, command: str) -> None:
    completed = rollbook(command, "--home", tmp_path)

    assert completed.returncode == 2
    assert "is no home" in one_line(completed)


def test_the_command_tells_of_each_row(bad_home: SmallDrop) -> None:
    completed = rollbook("replay", "--home", bad_home.home.root)

    assert (completed.returncode, completed.stderr) == (0, "")
    assert len(completed.stdout.splitlines()) == 6
    assert completed.stdout.endswith(
        "0 recovered, 4 still bad, 1 cannot be read again\n"
    )


def test_a_replay_waits_for_no_run(bad_home: SmallDrop) -> None:
    with held_elsewhere(bad_home.home, purpose="run"):
        completed = rollbook("replay", "--home", bad_home.home.root)

    assert completed.returncode == 3
    assert "is held by run" in one_line(completed)


@pytest.mark.slow
def test_a_replay_and_a_run_are_one_run_with_the_new_setting(tmp_path: Path) -> None:
    """The real commands: a line over the limit, the limit raised, read again."""
    drop = Path(shutil.copytree(EXAMPLE / "drop", tmp_path / "drop"))
    log = drop / "api_requests" / "long.jsonl"
    params = {"courseID": "K-long", "title": "x" * 3_000}
    log.write_text(
        jsonl_text([request("long", campus_id="DEN", params=params)]), encoding="utf-8"
    )
    twice = [course("K-twice", campus_id="DEN", title=title) for title in ("a", "b")]
    (drop / "courses").mkdir()
    (drop / "courses" / "twice.csv").write_text(csv_text(twice), encoding="utf-8")
    home, fresh = Home(tmp_path / "home"), Home(tmp_path / "fresh")
    run = ("run", "--source", drop, "--as-of", TIMES["as_of"], "--home")
    small = rollbook(*run, home.root, ROLLBOOK_MAX_LINE_BYTES="2048")
    assert small.returncode == 0, small.stderr
    listed = rollbook("quarantine", "--home", home.root).stdout
    assert "stands twice in the snapshot" in listed
    assert "the line is longer than 2048 bytes" in listed

    completed = rollbook("replay", "--home", home.root, "--source", drop)

    assert completed.returncode == 0, completed.stderr
    assert "api_requests/long.jsonl:1: recovered" in completed.stdout.splitlines()
    for each in (home, fresh):
        again = rollbook(*run, each.root)
        assert again.returncode == 0, again.stderr
    assert all_tables(home) == all_tables(fresh)
