"""`make bench`: the whole job beside the floor and beside what a user would write.

Everything is measured in one run, by turns, each in a process of its own. Machines
differ: the ratios count. Nothing is kept but the words on standard output.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from benchmarks.measuring import Cost, measure
from benchmarks.stages import run_stages, seconds_by_folder, slowest_nodes
from benchmarks.worlds import (
    AS_OF,
    World,
    add_day,
    make_world,
    published_bytes,
    run_job,
    week_of_a_campus_ms,
    without_last_school_day,
)
from orchestration.home import Home

# Beyond that a frame in memory is nothing that one would try.
MOST_PANDAS_REQUESTS = 2_000_000
SLOWEST_NODES = 12


def main() -> None:
    """Read the arguments, measure, tell."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--requests", type=int, nargs="*", default=[100_000, 1_000_000], metavar="N"
    )
    parser.add_argument("--days", type=int, default=60, help="days of the log")
    parser.add_argument("--repeats", type=int, default=3, help="turns of each")
    parser.add_argument(
        "--histories",
        type=int,
        nargs="*",
        default=[],
        metavar="DAYS",
        help="also one more day on top of so many days of 100,000 requests",
    )
    parser.add_argument(
        "--folder", type=Path, help="where to work; a temporary folder, when left out"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder, prefix="bench-") as name:
        folder = Path(name)
        _tell(
            f"{os.cpu_count()} cores, {platform.system()}, "
            f"Python {platform.python_version()}, DuckDB {duckdb.__version__}"
        )
        for requests in arguments.requests:
            _measure_size(
                folder / f"{requests}",
                requests=requests,
                days=arguments.days,
                repeats=arguments.repeats,
            )
        for days in arguments.histories:
            _measure_history(folder / f"{days}-days", days)


def _measure_size(folder: Path, *, requests: int, days: int, repeats: int) -> None:
    """Tell all figures of one size; its folder is removed."""
    world = make_world(folder, requests=requests, days=days)
    home = Home(folder / "home")
    contenders = _contenders(world, folder, home)
    costs: dict[str, list[Cost]] = {name: [] for name in contenders}
    for turn in range(repeats):
        for name, contender in contenders.items():
            _progress(f"{requests:,} requests, turn {turn + 1}: {name}")
            costs[name].append(contender())
    medians = {name: _median(found) for name, found in costs.items()}
    _tell(f"## {requests:,} requests, {days} days")
    _tell_costs({"`rollbook demo`": world.cost, **medians}, unit=medians["floor"])
    _tell_run("A full run", home, costs["rollbook run"][-1])
    _tell_file(home, folder / "floor.duckdb", requests)
    _progress(f"{requests:,} requests: again, without news")
    again = run_job(world.drop, home)
    _tell_run("A run without news", home, again)
    _one_more_day(world, folder)
    shutil.rmtree(folder)


def _measure_history(folder: Path, days: int) -> None:
    world = make_world(folder, requests=100_000 * days, days=days)
    _tell(f"## {days} days of 100,000 requests")
    _one_more_day(world, folder)
    shutil.rmtree(folder)


def _contenders(
    world: World, folder: Path, home: Home
) -> dict[str, Callable[[], Cost]]:
    """What is measured by turns, each from nothing."""
    output = folder / "floor.duckdb"

    def script(module: str, to: Path) -> Cost:
        to.unlink(missing_ok=True)
        given = ("-m", f"benchmarks.{module}", world.drop, to, "--as-of", AS_OF)
        return measure([sys.executable, *given])

    def product() -> Cost:
        shutil.rmtree(home.root, ignore_errors=True)
        return run_job(world.drop, home)

    found: dict[str, Callable[[], Cost]] = {
        "floor": lambda: script("floor", output),
        "rollbook run": product,
        "polars, logs alone": lambda: script("with_polars", folder / "polars.parquet"),
    }
    if world.requests <= MOST_PANDAS_REQUESTS:
        to = folder / "pandas.parquet"
        found["pandas, logs alone"] = lambda: script("with_pandas", to)
    return found


def _one_more_day(world: World, folder: Path) -> None:
    _progress(f"{world.requests:,} requests: one more day on top")
    drop, home = folder / "growing", Home(folder / "growing-home")
    missing = without_last_school_day(world, drop)
    run_job(drop, home)
    add_day(world, drop, missing)
    more = run_job(drop, home)
    _tell_run("A run with one more day", home, more)


def _median(costs: Sequence[Cost]) -> Cost:
    """The turn of the middle wall time."""
    middle = statistics.median_low(cost.wall_seconds for cost in costs)
    return next(cost for cost in costs if cost.wall_seconds == middle)


def _tell_costs(costs: dict[str, Cost], *, unit: Cost) -> None:
    rows = [
        (
            name,
            f"{cost.wall_seconds:.1f}",
            f"{cost.cpu_seconds:.1f}",
            f"{cost.peak_bytes / 1e9:.2f}",
            f"{cost.wall_seconds / unit.wall_seconds:.2f}",
            f"{cost.cpu_seconds / unit.cpu_seconds:.2f}",
            f"{cost.peak_bytes / unit.peak_bytes:.2f}",
        )
        for name, cost in costs.items()
    ]
    _tell_table(
        ("What", "s", "CPU s", "peak GB", "s / floor", "CPU / floor", "GB / floor"),
        rows,
    )


def _tell_run(title: str, home: Home, cost: Cost) -> None:
    """Tell the home's newest run by stage, and the slowest nodes of its build."""
    whole = ("all of it", cost.wall_seconds)
    _tell_seconds(title, [*run_stages(home, cost), whole])
    _tell_seconds(
        f"{title}: the slowest nodes of dbt", slowest_nodes(home, at_most=SLOWEST_NODES)
    )
    _tell_seconds(f"{title}: dbt by folder", seconds_by_folder(home))


def _tell_seconds(title: str, taken: Sequence[tuple[str, float]]) -> None:
    _tell_table((title, "s"), [(name, f"{seconds:.2f}") for name, seconds in taken])


def _tell_file(home: Home, floor_file: Path, requests: int) -> None:
    _tell_table(
        ("The published file", "figure"),
        [
            ("bytes a request", f"{published_bytes(home) / requests:.1f}"),
            (
                "the floor's file, bytes a request",
                f"{floor_file.stat().st_size / requests:.1f}",
            ),
            (
                "a campus's week of the member log",
                f"{week_of_a_campus_ms(home):.1f} ms",
            ),
        ],
    )


def _tell_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    lines = [header, ["---"] * len(header), *rows]
    _tell("\n".join(f"| {' | '.join(line)} |" for line in lines))


def _tell(text: str) -> None:
    print(text, end="\n\n", flush=True)


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
