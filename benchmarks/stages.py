"""Where the newest run of a home spent its time, from what it wrote down itself."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.measuring import Cost
from orchestration.home import Home
from orchestration.run_ledger import Event, last_started, read_events
from orchestration.warehouse import Warehouse

_DBT_RESULTS = "run_results.json"
_DBT_MANIFEST = "manifest.json"


def run_stages(home: Home, cost: Cost) -> list[tuple[str, float]]:
    """The stages of the newest run, each with its seconds; they add up to the whole.

    dbt's own times divide its stage: what it spends before its first node and after
    its last one is start, parsing, and telling Dagster.
    """
    started = last_started(home)
    if started is None:
        raise SystemExit(f"bench: no run is recorded in {home.run_ledger}")
    at = {
        event.event: datetime.fromisoformat(event.at)
        for event in read_events(home)
        if event.run_id == started.run_id
    }
    nodes = [
        datetime.fromisoformat(timing[edge])
        for result in _dbt_results(home)
        for timing in result["timing"]
        for edge in ("started_at", "completed_at")
    ]
    marks = [
        ("", cost.started_at),
        ("Python and Dagster, until the run begins", at[Event.STARTED]),
        ("until the first file is looked at", at[Event.LANDING]),
        ("landing", max(at[Event.LANDING], _landed_at(home))),
        ("Great Expectations on what arrived", at[Event.LOADING]),
        ("dbt, until its first node", min(nodes)),
        ("dbt's nodes, tests included", max(nodes)),
        ("dbt's end, events into Dagster's history", at[Event.AUDITING]),
        ("copy, and Great Expectations on the copy", at[Event.SWAPPING]),
        ("swap and records", at[Event.PUBLISHED]),
        ("until the process ends", cost.started_at + _wall(cost)),
    ]
    return [
        (name, (then - before).total_seconds())
        for (_, before), (name, then) in pairwise(marks)
    ]


def slowest_nodes(home: Home, *, at_most: int) -> list[tuple[str, float]]:
    """The dbt nodes that took longest in the newest run, each with its seconds."""
    taken = [
        (result["unique_id"].split(".")[2], float(result["execution_time"]))
        for result in _dbt_results(home)
    ]
    return sorted(taken, key=lambda node: -node[1])[:at_most]


def seconds_by_folder(home: Home) -> list[tuple[str, float]]:
    """The node seconds of each folder of models in the newest run; of tests together.

    Two nodes run at a time, so that they add up to more than dbt's stage.
    """
    manifest = json.loads((Warehouse(home).target / _DBT_MANIFEST).read_text())
    taken: defaultdict[str, float] = defaultdict(float)
    for result in _dbt_results(home):
        node = manifest["nodes"][result["unique_id"]]
        folder = Path(node["original_file_path"]).parent
        kind = folder.as_posix() if node["resource_type"] == "model" else "tests"
        taken[kind] += float(result["execution_time"])
    return sorted(taken.items())


def _dbt_results(home: Home) -> list[dict[str, Any]]:
    path = Warehouse(home).target / _DBT_RESULTS
    results: list[dict[str, Any]] = json.loads(path.read_text())["results"]
    return results


def _landed_at(home: Home) -> datetime:
    """When the newest batch was committed; maybe by an earlier run."""
    newest = max((home.landing / "ledger").glob("*.jsonl"))
    return datetime.fromtimestamp(newest.stat().st_mtime, UTC)


def _wall(cost: Cost) -> timedelta:
    return timedelta(seconds=cost.wall_seconds)
