"""Runs of platform jobs by gaps, against a slow plain oracle."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from support.compiled import CompiledProject
from support.drops import AS_OF, SmallDrop, jsonl_text, request
from support.worlds import built_drop

GAP = timedelta(minutes=30)


def test_runs_equal_those_of_the_oracle(
    project: CompiledProject, tmp_path: Path
) -> None:
    """A gap of exactly 30 minutes parts two runs; one a second shorter does not."""
    draw = random.Random(9)
    requests = []
    for job in ("J1", "J2"):
        at = AS_OF - timedelta(days=2)
        for number in range(60):
            at += draw.choice(
                (timedelta(), timedelta(minutes=1), GAP - timedelta(seconds=1), GAP)
            )
            requests.append((job, f"{job}-{number:03d}", at, draw.random() < 0.4))
    requests += [
        ("J3", "J3-0", AS_OF - GAP, False),
        ("J4", "J4-0", AS_OF - GAP + timedelta(seconds=1), True),
    ]
    courses = {name: f"K{draw.randint(1, 4)}" for _, name, _, _ in requests}
    drop = SmallDrop.create(tmp_path)
    drop.deliver(
        "api_requests/all.jsonl",
        jsonl_text(
            request(
                name,
                job_id=job,
                requested_at=at.isoformat(),
                params={"courseID": courses[name]},
                status="error" if failed else "success",
                error_code="E1" if failed else None,
            )
            for job, name, at, failed in draw.sample(requests, len(requests))
        ),
    )

    with built_drop(project.making("marts.fct_job_runs"), drop) as connection:
        found = connection.execute(
            "select run_id, status, request_count, record_count, failed_record_count,"
            " started_at, finished_at from marts.fct_job_runs order by run_id"
        ).fetchall()

    assert [
        tuple(
            each.astimezone(UTC) if isinstance(each, datetime) else each for each in row
        )
        for row in found
    ] == sorted(oracle(requests, courses))
    assert {row[1] for row in found} == {
        *("Completed", "Warning", "Failed", "In Progress"),
    }


def oracle(
    requests: list[tuple[str, str, datetime, bool]], courses: dict[str, str]
) -> list[tuple[object, ...]]:
    runs: list[list[tuple[str, str, datetime, bool]]] = []
    for each in sorted(requests, key=lambda each: (each[0], each[2], each[1])):
        before = runs[-1][-1] if runs else None
        if before and before[0] == each[0] and each[2] - before[2] < GAP:
            runs[-1].append(each)
        else:
            runs.append([each])
    told: list[tuple[object, ...]] = []
    for run in runs:
        last = {courses[name]: failed for _, name, _, failed in run}
        failed_count = sum(last.values())
        status = "Warning"
        if AS_OF - run[-1][2] < GAP:
            status = "In Progress"
        elif failed_count == 0:
            status = "Completed"
        elif failed_count == len(last):
            status = "Failed"
        ended = None if status == "In Progress" else run[-1][2]
        told.append(
            (
                f"{run[0][0]}:{run[0][1]}",
                *(status, len(run), len(last), failed_count),
                *(run[0][2], ended),
            )
        )
    return told
