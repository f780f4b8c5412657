"""HOME and its lock."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestration.errors import BadInputError, HomeBusyError
from orchestration.home import Home
from support.commands import held_elsewhere


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    return home


def test_a_home_is_made_with_its_stores(tmp_path: Path) -> None:
    home = Home(tmp_path / "deep" / "home")

    home.prepare()

    assert {path.name for path in home.root.iterdir() if path.is_dir()} >= {
        "landing",
        "warehouse",
        "published",
    }
    assert not home.published_file.exists()
    assert list(home.scratch.iterdir()) == []


def test_preparing_a_home_again_keeps_what_is_there(home: Home) -> None:
    home.publications_ledger.write_text("kept", encoding="utf-8")
    (home.landing / "kept").touch()

    home.prepare()

    assert home.publications_ledger.read_text(encoding="utf-8") == "kept"
    assert (home.landing / "kept").exists()


@pytest.mark.parametrize("name", ["file", "file/below", "file/below/that"])
def test_a_home_that_cannot_be_written_is_bad_input(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(BadInputError, match="cannot be written") as told:
        Home(tmp_path / name).prepare()

    assert str(tmp_path / name) in str(told.value)


@pytest.mark.parametrize("name", ["it's", "50%25", "a#b", "a[1]", "{x}", "a?b", "a*b"])
def test_a_home_whose_name_tools_take_for_a_pattern_is_refused(
    tmp_path: Path, name: str
) -> None:
    """DuckDB, dbt and Dagster each read some characters of a path as more than that."""
    with pytest.raises(BadInputError, match="home") as told:
        Home(tmp_path / name).prepare()

    assert name in str(told.value)
    assert list(tmp_path.iterdir()) == []


def test_a_home_may_have_spaces_and_letters_of_any_language(tmp_path: Path) -> None:
    home = Home(tmp_path / "data of a school" / "hömé 学校")

    home.prepare()

    assert home.landing.is_dir()


def test_a_folder_without_a_run_is_no_home(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="is no home"):
        Home.existing(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_home_has_one_holder(home: Home) -> None:
    with (
        home.held(purpose="run 1"),
        pytest.raises(HomeBusyError, match="run 1") as told,
        home.held(purpose="run 2"),
    ):
        pass

    assert f"process {os.getpid()}" in str(told.value)
    assert str(home.root) in str(told.value)
    with home.held(purpose="run 3"):
        pass


def test_a_holder_that_fails_lets_go(home: Home) -> None:
    with pytest.raises(RuntimeError), home.held(purpose="run 1"):
        raise RuntimeError

    with home.held(purpose="run 2"):
        pass


def test_another_process_is_named(home: Home) -> None:
    with (
        held_elsewhere(home, purpose="run abc") as holder,
        pytest.raises(HomeBusyError, match="run abc") as told,
        home.held(purpose="run 2"),
    ):
        pass

    assert f"process {holder.pid}" in str(told.value)
    assert "since 2" in str(told.value)


def test_the_next_holder_is_named_and_not_the_one_before(home: Home) -> None:
    with home.held(purpose="a purpose with a long name"):
        pass

    with home.held(purpose="run"):
        held = json.loads((home.root / "home.lock").read_text(encoding="utf-8"))

    assert held["purpose"] == "run"


def test_a_killed_holder_frees_the_home_at_once(home: Home) -> None:
    with held_elsewhere(home, purpose="run abc") as holder:
        holder.send_signal(signal.SIGKILL)
        holder.wait()

        with home.held(purpose="run 2"):
            pass


def test_what_a_holder_started_does_not_hold_the_home(home: Home) -> None:
    """A child that outlives the run must not lock people out."""
    with _child_of_a_holder(home), home.held(purpose="run 2"):
        pass


@contextmanager
def _child_of_a_holder(home: Home) -> Iterator[None]:
    with home.held(purpose="run 1"):
        child = subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=subprocess.PIPE
        )
    try:
        yield
    finally:
        child.communicate(b"\n")


def test_a_lock_that_says_nothing_still_holds(home: Home) -> None:
    with home.held(purpose="run 1"):
        (home.root / "home.lock").write_text("", encoding="utf-8")
        with (
            pytest.raises(HomeBusyError, match="held by another process"),
            home.held(purpose="run 2"),
        ):
            pass
