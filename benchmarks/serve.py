"""The API under load, and the dashboard's pages: ``make bench-serve``.

Sixteen clients, each a thread with a connection of its own, ask the service of another
process for a page of a random report, campus and range, as fast as it answers. Reports
that hold nothing of that world are left out: they would answer fast. In the middle the
publication changes. No result is cached anywhere. The figures are of whole
HTTP answers, as the clients see them.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import httpx

from benchmarks.pages import bench_pages
from orchestration.home import Home
from orchestration.settings import PROJECT_FOLDER
from reporting.accounts.tokens import create_token
from reporting.state import State, now

_GATE_MS = 200
_API = "/api/v1"
_PAGE_ROWS = 9


@dataclass(slots=True)
class Seen:
    """What one client saw; milliseconds of each answer by report."""

    answers: list[tuple[str, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    publications: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class World:
    """What there is to ask for."""

    reports: list[tuple[str, bool]]
    campuses: list[str]
    as_of: datetime
    days: int


def main() -> None:
    """Serve a copy of a home's publication, ask it, tell what was seen."""
    options = _options()
    home = _home(options.home, options.scratch)
    world = _world(home, options.days)
    token = create_token(
        State(home), name="bench", role="admin", campuses=None, expires_at=_tomorrow()
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    process = subprocess.Popen(
        [Path(sys.executable).with_name("rollbook"), "serve", "--home", home.root],
        env={
            **os.environ,
            "ROLLBOOK_SERVICE_URL": url,
            "ROLLBOOK_REQUESTS_PER_MINUTE": "1000000",
        },
        stdout=subprocess.DEVNULL,
    )
    try:
        headers = {"Authorization": f"Bearer {token}"}
        _wait(url)
        world = _with_rows(url, headers, world)
        seen = _load(url, headers, world, home, options)
        pages_kept = bench_pages(
            url,
            token,
            home,
            campuses=world.campuses,
            as_of=world.as_of,
            days=options.days,
            rounds=options.rounds,
        )
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(options.scratch, ignore_errors=True)
    failed = _tell(seen, options.seconds)
    sys.exit(failed or not pages_kept)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    default = PROJECT_FOLDER / ".rollbook" / "home"
    parser.add_argument("--home", type=Path, default=default)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--days", type=int, default=60, help="ranges lie in these")
    parser.add_argument("--rounds", type=int, default=40, help="of each page")
    scratch = PROJECT_FOLDER / "target" / "bench-serve"
    parser.add_argument("--scratch", type=Path, default=scratch)
    return parser.parse_args()


def _tomorrow() -> datetime:
    return now() + timedelta(days=1)


def _home(source: Path, scratch: Path) -> Home:
    """A home of two versions of the same file: nobody's own is touched."""
    shutil.rmtree(scratch, ignore_errors=True)
    home = Home(scratch)
    home.prepare()
    original = (source / "published" / "rollbook.duckdb").resolve(strict=True)
    for version in ("000001-bench", "000002-bench"):
        folder = home.published / "versions" / version
        folder.mkdir(parents=True)
        shutil.copy(original, folder / "rollbook.duckdb")
    second = home.published / "versions" / "000002-bench" / "rollbook.duckdb"
    second.chmod(0o644)
    with duckdb.connect(str(second)) as session:
        session.execute("update marts.publications set publication_id = '000002-bench'")
    _swap(home, "000001-bench")
    return home


def _swap(home: Home, version: str) -> None:
    aside = home.published / ".swap"
    aside.symlink_to(Path("versions") / version / "rollbook.duckdb")
    aside.replace(home.published_file)


def _world(home: Home, days: int) -> World:
    with duckdb.connect(str(home.published_file), read_only=True) as session:
        reports = session.execute(
            "select name, json_array_length(parameters) > 0"
            " from marts.report_catalog order by name"
        ).fetchall()
        campuses = session.execute(
            "select campus_id from marts.dim_campuses where not is_deleted order by 1"
        ).fetchall()
        newest = session.execute("select max(as_of) from marts.publications").fetchone()
    if newest is None:
        raise SystemExit("nothing is published in that home: make run")
    return World(reports, [row[0] for row in campuses], newest[0], days)


def _wait(url: str) -> None:
    for _ in range(600):
        try:
            httpx.get(f"{url}/openapi.json").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the service did not start")


def _with_rows(url: str, headers: dict[str, str], world: World) -> World:
    """The world with those reports alone that have a row of any campus, ever."""
    kept = []
    with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
        for name, has_range in world.reports:
            params: dict[str, str | int] = {"limit": 1}
            if has_range:
                start = world.as_of - timedelta(days=world.days)
                params |= {"start": start.isoformat(), "end": world.as_of.isoformat()}
            answer = client.get(f"{_API}/reports/{name}/rows", params=params)
            if answer.raise_for_status().json()["rows"]:
                kept.append((name, has_range))
    return replace(world, reports=kept)


def _load(
    url: str,
    headers: dict[str, str],
    world: World,
    home: Home,
    options: argparse.Namespace,
) -> list[Seen]:
    ends_at = time.monotonic() + options.seconds
    seen = [Seen() for _ in range(options.clients)]
    threads = [
        threading.Thread(target=_ask, args=(url, headers, world, ends_at, seed, each))
        for seed, each in enumerate(seen)
    ]
    for thread in threads:
        thread.start()
    time.sleep(options.seconds / 2)
    _swap(home, "000002-bench")
    for thread in threads:
        thread.join()
    return seen


def _ask(
    url: str,
    headers: dict[str, str],
    world: World,
    ends_at: float,
    seed: int,
    seen: Seen,
) -> None:
    drawn = random.Random(seed)
    with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
        while time.monotonic() < ends_at:
            name, has_range = drawn.choice(world.reports)
            params: dict[str, str | int] = {
                "campus": drawn.choice(world.campuses),
                "limit": _PAGE_ROWS,
            }
            if has_range:
                end = world.as_of - timedelta(
                    minutes=drawn.randrange(world.days * 1440)
                )
                start = end - timedelta(minutes=drawn.randrange(60, 14 * 1440))
                params |= {"start": start.isoformat(), "end": end.isoformat()}
            began = time.perf_counter()
            try:
                answer = client.get(f"{_API}/reports/{name}/rows", params=params)
                answer.raise_for_status()
                seen.publications.add(answer.json()["publication_id"])
            except (httpx.HTTPError, ValueError, KeyError) as error:
                seen.errors.append(f"{name}: {error!r}")
            seen.answers.append((name, 1000 * (time.perf_counter() - began)))


def _tell(seen: list[Seen], seconds: int) -> int:
    answers = [answer for each in seen for answer in each.answers]
    errors = [error for each in seen for error in each.errors]
    publications = {name for each in seen for name in each.publications}
    print(f"{len(answers):,} answers, {len(answers) / seconds:.0f} a second")
    print(f"{'':<32}{'answers':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}")
    reports = sorted({name for name, _ in answers})
    for name in ["all", *reports]:
        times = [time for each, time in answers if name in ("all", each)]
        cuts = statistics.quantiles(times, n=100) if len(times) > 1 else times * 99
        print(
            f"{name:<32}{len(times):>9,}{cuts[49]:>9.0f}{cuts[94]:>9.0f}{cuts[98]:>9.0f}"
        )
    print(f"errors: {len(errors)}; publications seen: {len(publications)}")
    for error in errors[:3]:
        print(f"  {error}")
    slow = statistics.quantiles([time for _, time in answers], n=100)[94] > _GATE_MS
    if errors or slow or len(publications) < 2:
        print(f"over the gate: p95 of {_GATE_MS} ms, no error, two publications seen")
        return 1
    return 0


if __name__ == "__main__":
    main()
