"""`make bench-rosters`: a large district's second day beside the plainest comparison.

Both read the same second day, by turns, each in a process of its own. Machines differ:
the ratios count. The gate: at most 3 times the time of the comparison, and 4 GB.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

import duckdb

from benchmarks.measuring import Cost, measure
from benchmarks.roster_bundles import deliver, make_bundles

GATE_TIMES = 3.0
GATE_BYTES = 4e9


def main() -> None:
    """Read the arguments, measure, tell; exit code 1 when a gate is missed."""
    parser = argparse.ArgumentParser(prog="make bench-rosters", description=__doc__)
    parser.add_argument("--users", type=int, default=1_000_000)
    parser.add_argument("--enrollments", type=int, default=5_000_000)
    parser.add_argument("--repeats", type=int, default=3, help="turns of each")
    parser.add_argument(
        "--folder", type=Path, help="where to work; a temporary folder, when left out"
    )
    arguments = parser.parse_args()
    print(
        f"{os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, DuckDB {duckdb.__version__}\n"
    )
    with tempfile.TemporaryDirectory(dir=arguments.folder, prefix="bench-") as name:
        costs = _measured(
            Path(name),
            users=arguments.users,
            enrollments=arguments.enrollments,
            repeats=arguments.repeats,
        )
    _tell(costs)
    floor, product = costs["two snapshots compared"], costs["the second day imported"]
    if (
        product.cpu_seconds > GATE_TIMES * floor.cpu_seconds
        or product.peak_bytes > GATE_BYTES
    ):
        raise SystemExit(
            f"gate missed: {product.cpu_seconds / floor.cpu_seconds:.1f} times the CPU"
            f" time of the comparison, {product.peak_bytes / 1e9:.1f} GB"
        )


def _measured(
    folder: Path, *, users: int, enrollments: int, repeats: int
) -> dict[str, Cost]:
    """The cost of each, by its name; of several turns the cheapest in CPU time."""
    inbox, first_home, home = folder / "inbox", folder / "first", folder / "home"
    first, second = make_bundles(inbox, users=users, enrollments=enrollments)
    deliver(first, inbox, name="20260301T000000Z.zip")
    found = {"the first day imported": _import(inbox, first_home)}
    deliver(second, inbox, name="20260302T000000Z.zip")
    module = (sys.executable, "-m", "benchmarks.roster_floor")
    for _ in range(repeats):
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(first_home, home)
        for name, cost in (
            (
                "two snapshots compared",
                measure([*module, first, second, folder / "floor"]),
            ),
            ("the second day imported", _import(inbox, home)),
        ):
            found[name] = min(
                found.get(name, cost), cost, key=lambda each: each.cpu_seconds
            )
    return found


def _import(inbox: Path, home: Path) -> Cost:
    return measure([sys.executable, "-m", "benchmarks.roster_import", inbox, home])


def _tell(costs: dict[str, Cost]) -> None:
    unit = costs["two snapshots compared"]
    print("| What | s | CPU s | peak GB | s / compared | CPU / compared |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, cost in costs.items():
        print(
            f"| {name} | {cost.wall_seconds:.1f} | {cost.cpu_seconds:.1f}"
            f" | {cost.peak_bytes / 1e9:.2f}"
            f" | {cost.wall_seconds / unit.wall_seconds:.1f}"
            f" | {cost.cpu_seconds / unit.cpu_seconds:.1f} |"
        )


if __name__ == "__main__":
    main()
