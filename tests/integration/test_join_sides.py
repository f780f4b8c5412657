"""What a join keeps in memory: the smaller side, whatever the optimizer expects.

It takes two equal columns for few rows. A model that kept all requests in memory, not
the few contents that they bear, ran out of it beside another model.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from support.compiled import CompiledProject
from support.drops import AS_OF, SmallDrop, jsonl_text, request
from support.worlds import built_drop

CAMPUSES, REQUESTS, COURSES = 20, 100, 5


def test_attempts_keep_the_contents_and_not_the_requests(
    project: CompiledProject, tmp_path: Path
) -> None:
    drop = SmallDrop.create(tmp_path)
    drop.deliver(
        "api_requests/all.jsonl",
        jsonl_text(
            request(
                f"{campus}-{number}",
                campus_id=f"C{campus}",
                record_type="course" if number % 2 else "user",
                params={"courseID" if number % 2 else "userID": f"K{number % COURSES}"},
                requested_at=(AS_OF - timedelta(hours=number)).isoformat(),
            )
            for campus in range(CAMPUSES)
            for number in range(1, REQUESTS + 1)
        ),
    )
    (model,) = [node for node in project.nodes if node["name"] == "fct_sync_attempts"]

    with built_drop(project.making("marts.fct_sync_attempts"), drop) as connection:
        ((_, plan),) = connection.execute(
            f"explain (analyze, format json) {model['compiled_code']}"
        ).fetchall()

    kept = list(_kept(json.loads(plan)))
    assert kept
    assert [rows for rows in kept if rows >= CAMPUSES * REQUESTS] == []


def _kept(step: dict[str, Any]) -> Iterator[int]:
    """How many rows each join of a plan keeps: those of its second side."""
    below = step["children"]
    if step.get("operator_name", "").endswith("JOIN"):
        yield below[1]["operator_cardinality"]
    for each in below:
        yield from _kept(each)
