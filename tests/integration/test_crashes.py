"""Kill -9 at any moment, and a disk that is full: nothing is lost, nothing is torn."""

from __future__ import annotations

import random
import resource
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestration.home import Home
from orchestration.publish.records import read_publications
from orchestration.publish.versions import Versions
from orchestration.run_ledger import Event
from support.commands import environment, one_line, rollbook
from support.compiled import CompiledProject
from support.drops import jsonl_text, request
from support.kills import STAGES, killed_in, run_command, stage_seconds
from support.runs import TIMES, PublishedRun, all_tables, tables_of
from support.worlds import built_world, instant

_MOST_TRIES = 60


def deliver(drop: Path, night: int) -> None:
    """A new file of the log: requests for new courses, and some delivered again."""
    rows = [
        request(
            f"night-{number // 5}-{number % 2000}",
            campus_id="DEN",
            requested_at=f"2026-03-1{number % 3}T08:00:{number % 60:02}Z",
            params={"courseID": f"K{number % 700}", "title": f"{number % 3}"},
            status=("success", "error")[number % 2],
            error_code=(None, "NOT_FOUND")[number % 2],
        )
        for number in range(night * 1000, night * 1000 + 3000)
    ]
    path = drop / "api_requests" / f"night-{night:03}.jsonl"
    path.write_text(jsonl_text(rows), encoding="utf-8")


def tables_of_one_run(
    project: CompiledProject, drop: Path, folder: Path
) -> dict[str, list[tuple[Any, ...]]]:
    """What one run over the drop gives, in a home that knows nothing."""
    shutil.rmtree(folder, ignore_errors=True)
    times = {name: instant(text) for name, text in TIMES.items()}
    with built_world(project, drop, folder, **times) as connection:
        return tables_of(connection)


def assert_same(
    found: dict[str, list[tuple[Any, ...]]], expected: dict[str, list[tuple[Any, ...]]]
) -> None:
    assert found.keys() == expected.keys()
    for table, rows in expected.items():
        assert sorted(found[table], key=repr) == sorted(rows, key=repr), table


class Nights:
    """A home in which run after run is killed, with a new file before each."""

    def __init__(
        self,
        run: PublishedRun,
        project: CompiledProject,
        folder: Path,
        *,
        disk: Path | None = None,
    ) -> None:
        self.drop = Path(shutil.copytree(run.drop, folder / "drop"))
        self.home = Home(run.again(disk or folder))
        self.project = project
        self.folder = folder
        self.night = 0
        self.died_in: Counter[Event] = Counter()
        self.random = random.Random(folder.name)
        self.command = run_command(self.drop, self.home, TIMES["as_of"])

    def work(self) -> Counter[Event]:
        """Kill and complete, until a run died in every stage."""
        self.complete()
        usual = stage_seconds(self.home)
        while missing := [stage for stage in STAGES if not self.died_in[stage]]:
            assert self.night < _MOST_TRIES, self.died_in
            for stage in missing:
                self.kill(stage, self.random.random() * 0.9 * usual[stage])
            self.complete()
        return self.died_in

    def kill(self, stage: Event, wait: float) -> None:
        versions = Versions(self.home)
        before = versions.current()
        assert before is not None
        content = versions.file(before).read_bytes()
        self.night += 1
        deliver(self.drop, self.night)

        died_in = killed_in(self.command, self.home, stage, wait)

        self.died_in[died_in] += 1
        if died_in in STAGES[:-1]:
            assert versions.current() == before
        if versions.current() == before:
            assert self.home.published_file.read_bytes() == content
        else:
            # The swap is the moment: before it all is old, after it all is new.
            self.compare()

    def complete(self) -> None:
        self.night += 1
        deliver(self.drop, self.night)
        completed = rollbook(*self.command[1:])
        assert completed.returncode == 0, completed.stderr
        publications = [each.publication_id for each in read_publications(self.home)]
        assert publications[-1] == Versions(self.home).current()
        assert len(set(publications)) == len(publications)
        assert not list(self.home.scratch.iterdir())
        self.compare()

    def compare(self) -> None:
        expected = tables_of_one_run(self.project, self.drop, self.folder / "fresh")
        assert_same(all_tables(self.home), expected)


@pytest.mark.slow
def test_runs_killed_in_every_stage_lose_nothing(
    run: PublishedRun, project: CompiledProject, tmp_path: Path
) -> None:
    died_in = Nights(run, project, tmp_path).work()

    assert died_in.keys() >= set(STAGES)


@pytest.mark.slow
@pytest.mark.parametrize("limit_bytes", [150_000, 3_000_000])
def test_a_quota_ends_a_run_and_costs_nothing(
    run: PublishedRun, project: CompiledProject, tmp_path: Path, limit_bytes: int
) -> None:
    """No file may grow beyond the limit: the first one that would ends the run."""
    nights = Nights(run, project, tmp_path)
    content = nights.home.published_file.read_bytes()
    deliver(nights.drop, 1)

    limited = subprocess.run(
        nights.command,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes)
        ),
    )

    assert limited.returncode == 1
    assert one_line(limited)
    assert nights.home.published_file.read_bytes() == content
    nights.complete()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system in memory, far larger than the example's home."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", disk],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("a file system can only be mounted by root")
    yield disk
    # What Dagster follows its logs with may outlive the run for a moment.
    subprocess.run(["umount", "--lazy", disk], check=True)


@pytest.mark.slow
def test_a_full_disk_ends_a_run_and_costs_nothing(
    run: PublishedRun, project: CompiledProject, tmp_path: Path, small_disk: Path
) -> None:
    nights = Nights(run, project, tmp_path, disk=small_disk)
    content = nights.home.published_file.read_bytes()
    ballast = small_disk / "ballast"

    for free_bytes in (1 << 20, 8 << 20, 16 << 20):
        nights.night += 1
        deliver(nights.drop, nights.night)
        with ballast.open("wb") as file:
            file.truncate(0)
            filled = shutil.disk_usage(small_disk).free - free_bytes
            file.write(bytes(filled))
        completed = subprocess.run(
            nights.command,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert completed.returncode == 1, completed.stdout
        assert f"the disk of home {nights.home.root} is full" in one_line(completed)
        assert nights.home.published_file.read_bytes() == content

    ballast.unlink()
    nights.complete()
