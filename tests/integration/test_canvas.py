"""A week of Canvas: the reports tell what the stand-in was loaded with, exactly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import stamina

from orchestration.extract.api_client import ApiClient, ApiError, ApiRefusedError
from orchestration.extract.canvas.api import SisImports
from orchestration.extract.canvas.landing import CanvasOutcome, land_jobs
from orchestration.extract.shapes import ConnectedSource
from orchestration.home import Home
from standins.canvas import Canvas, Job, Message
from standins.serving import Answer, Fault, Request, StandIn
from support.compiled import CompiledProject
from support.killing import killed_everywhere
from support.systems import (
    AS_OF,
    LEADING,
    LIMITS,
    led_to,
    new_home,
    reports_of,
    rows_of,
)

STATES = {
    "initializing": "In Progress",
    "created": "In Progress",
    "importing": "In Progress",
    "cleanup_batch": "In Progress",
    "imported": "Completed",
    "imported_with_messages": "Warning",
    "aborted": "Failed",
    "failed": "Failed",
    "failed_with_messages": "Failed",
    "restoring": "In Progress",
    "partially_restored": "Completed",
    "restored": "Completed",
}
REPORTS = ("reports.rostering_jobs", "reports.rostering_job_errors")


@pytest.fixture(autouse=True)
def _no_waits() -> Iterator[None]:
    with stamina.set_testing(True, attempts=7, cap=True):
        yield


@pytest.fixture
def canvas() -> Iterator[Canvas]:
    canvas = Canvas()
    for number, state in enumerate(STATES, start=101):
        canvas.jobs[number] = job(number, state)
    canvas.jobs[106].messages = messages(3, failures=0)
    # More than a job lists, of both severities, and more than a page.
    canvas.jobs[109].messages = messages(140, failures=110)
    for each in canvas.jobs.values():
        count(each)
    with canvas.serving():
        yield canvas


def job(number: int, state: str) -> Job:
    """A job as real answers have it; every other one as the documents have it."""
    at = AS_OF - timedelta(days=7) + timedelta(hours=12 * (number - 100))
    is_ended = STATES[state] != "In Progress"
    statistics = {
        "total_state_changes": number,
        "Course": {"created": 2, "deleted": 1, "restored": 0, "concluded": 0},
    }
    data: dict[str, Any] = {
        "import_type": "instructure_csv",
        "completed_importers": ["account", "course"] if number % 3 else [],
        "counts": {"courses": number, "users": 7, "batch_courses_deleted": 3},
    }
    content: dict[str, Any] = {
        "id": number,
        "created_at": text(at),
        "started_at": text(at + timedelta(minutes=1)) if number % 4 else None,
        "ended_at": text(at + timedelta(minutes=9)) if is_ended else None,
        "updated_at": text(at + timedelta(minutes=9)),
        "progress": 100 if number % 2 else "40",
        "workflow_state": state,
        "data": data,
        "user": {"id": 5, "name": "Ada Lovelace"} if number % 2 else None,
    }
    (data if number % 2 else content)["statistics"] = statistics
    return Job(content)


def text(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def messages(number: int, *, failures: int) -> list[Message]:
    return [
        Message(
            f"file {place % 2}.csv",
            f'Row {place}: "bad", it is\nsaid',
            place if place % 5 else None,
            place < failures,
        )
        for place in range(number)
    ]


def count(each: Job) -> None:
    """Have the job count its messages."""
    failures = sum(message.is_failure for message in each.messages)
    each.content["data"]["counts"] |= {
        "error_count": failures,
        "warning_count": len(each.messages) - failures,
    }


def run(canvas: Canvas, home: Home, *, silence_seconds: float = 60) -> CanvasOutcome:
    client = ApiClient(
        canvas.url,
        token=canvas.token,
        token_env="CANVAS_TOKEN",
        name="canvas",
        timeout=httpx.Timeout(silence_seconds),
    )
    try:
        return land_jobs(
            home, name="canvas", account_id="1", client=client, limits=LIMITS
        )
    finally:
        client.close()


def home_of(folder: Path) -> Home:
    return new_home(folder, ConnectedSource("canvas", "canvas", "C1", "PowerSchool"))


def true_jobs(canvas: Canvas) -> list[dict[str, Any]]:
    """What the report must be, from what the stand-in was loaded with."""
    rows = []
    for each in canvas.jobs.values():
        content, data = each.content, each.content["data"]
        status = STATES[content["workflow_state"]]
        stages = [content["workflow_state"], *data["completed_importers"]]
        rows.append(
            {
                "campus_id": "C1",
                "job_id": str(each.id),
                "type": "Roster Import",
                "posted_by": (content["user"] or {"name": "Integrations Admin"})[
                    "name"
                ],
                "sis_type": "PowerSchool",
                "stage": stages[-1] if status in ("Failed", "In Progress") else None,
                "status": status,
                "workflow_state": content["workflow_state"],
                "progress": int(content["progress"]),
                "row_counts": data["counts"],
                "state_changes": data.get("statistics") or content["statistics"],
                "error_count": data["counts"]["error_count"],
                "warning_count": data["counts"]["warning_count"],
            }
            | {
                name: datetime.fromisoformat(content[name]) if content[name] else None
                for name in ("created_at", "started_at", "ended_at", "updated_at")
            }
        )
    return sorted(rows, key=lambda row: row["updated_at"], reverse=True)


def true_errors(canvas: Canvas) -> list[tuple[Any, ...]]:
    return sorted(
        (
            (
                "C1",
                str(each.id),
                "error" if message.is_failure else "warning",
                message.file,
                message.row,
                message.message,
            )
            for each in canvas.jobs.values()
            for message in each.messages
            if STATES[each.content["workflow_state"]] != "In Progress"
        ),
        key=repr,
    )


def told(
    project: CompiledProject, home: Home
) -> tuple[list[dict[str, Any]], list[tuple[Any, ...]]]:
    """Both reports of a home."""
    with reports_of(project, home, *REPORTS) as connection:
        jobs = rows_of(connection, "from reports.rostering_jobs")
        for row in jobs:
            row["row_counts"] = json.loads(row["row_counts"])
            row["state_changes"] = json.loads(row["state_changes"])
            assert "verifier" not in row["job_json"]
            assert json.loads(row.pop("job_json"))["id"] == int(row["job_id"])
        errors = connection.execute("from reports.rostering_job_errors").fetchall()
    return jobs, sorted(errors, key=repr)


def test_a_week_in_every_state_is_told_as_it_was(
    project: CompiledProject, canvas: Canvas, tmp_path: Path
) -> None:
    home = home_of(tmp_path)
    own = {Fault.REFUSED, Fault.SLOW}
    canvas.faults = [("sis_imports", fault) for fault in Fault if fault not in own] + [
        ("/errors", Fault.CUT),
        ("/errors", Fault.SLOW),
        ("/errors", Fault.TOO_MANY),
    ]

    run(canvas, home, silence_seconds=1)
    jobs, errors = told(project, home)

    assert jobs == true_jobs(canvas)
    assert errors == true_errors(canvas)
    assert len(errors) == 143
    assert canvas.faults == []


def test_the_sync_history_tells_the_same_jobs(
    project: CompiledProject, canvas: Canvas, tmp_path: Path
) -> None:
    home = home_of(tmp_path)
    run(canvas, home)

    with reports_of(project, home, *REPORTS, *LEADING) as connection:
        rows = connection.execute(
            "select sync_id, status, stage, records, errors, posted_by"
            " from reports.sync_history order by sync_id"
        ).fetchall()
        led = led_to(connection)

    assert rows == [
        (
            f"canvas:{row['job_id']}",
            row["status"],
            row["stage"],
            int(row["job_id"]) + 7,
            row["error_count"],
            row["posted_by"],
        )
        for row in sorted(true_jobs(canvas), key=lambda row: row["job_id"])
    ]
    assert led == {
        (f"canvas:{row['job_id']}", column): target
        for row in true_jobs(canvas)
        for column, target in (
            ("records", ("rostering_jobs", 1)),
            ("errors", ("rostering_job_errors", row["error_count"])),
        )
    }


def test_what_ends_later_is_read_again_and_nothing_else(
    project: CompiledProject, canvas: Canvas, tmp_path: Path
) -> None:
    home = home_of(tmp_path)
    run(canvas, home)
    # It was begun long before all that is listed again.
    old = canvas.jobs[103]
    old.content["created_at"] = "2026-01-01T00:00:00Z"
    run(canvas, home)
    old.content |= {"workflow_state": "failed_with_messages", "ended_at": text(AS_OF)}
    old.messages = messages(30, failures=30)
    old.has_attachment = True
    count(old)
    canvas.jobs[105].content |= {"workflow_state": "restored"}

    outcome = run(canvas, home)
    before = len(canvas.requests)
    again = run(canvas, home)

    assert (outcome.jobs, outcome.errors) == (2, 30)
    assert (again.jobs, again.errors) == (0, 0)
    # The list, and the jobs that have not ended and are not listed: none.
    assert len(canvas.requests) - before == 1
    jobs, errors = told(project, home)
    assert jobs == true_jobs(canvas)
    assert errors == true_errors(canvas)


def test_errors_stay_when_canvas_forgets_them(
    project: CompiledProject, canvas: Canvas, tmp_path: Path
) -> None:
    home = home_of(tmp_path)
    canvas.jobs[107].messages = messages(60, failures=60)
    canvas.jobs[107].are_forgotten = canvas.jobs[107].has_attachment = True
    count(canvas.jobs[107])
    run(canvas, home)
    truth = true_errors(canvas)

    canvas.jobs[109].are_forgotten = True
    canvas.jobs[109].content["updated_at"] = text(AS_OF - timedelta(hours=1))
    run(canvas, home)

    assert told(project, home)[1] == truth
    assert len(truth) == 203


def test_a_page_that_comes_twice_counts_once(
    project: CompiledProject, canvas: Canvas, tmp_path: Path
) -> None:
    home = home_of(tmp_path)
    for number in range(1, 250):
        canvas.jobs[number + 1000] = job(number % 12 + 101, "imported")
        canvas.jobs[number + 1000].content["id"] = number + 1000
        count(canvas.jobs[number + 1000])
    canvas.repeats_after_page = 1

    outcome = run(canvas, home)

    assert outcome.jobs == 261
    assert sum("sis_imports" in each.path[-12:] for each in canvas.requests) == 4
    ids = [row["job_id"] for row in told(project, home)[0]]
    assert sorted(ids) == sorted(str(number) for number in canvas.jobs)


@pytest.mark.slow
def test_killed_at_any_step_and_run_again_it_is_the_same(
    project: CompiledProject,
    canvas: Canvas,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("orchestration.extract.canvas.landing.SLICE_JOBS", 5)
    steps = 0

    for folder in killed_everywhere(lambda at: run(canvas, home_of(at)), tmp_path):
        jobs, errors = told(project, Home(folder))
        assert jobs == true_jobs(canvas)
        assert errors == true_errors(canvas)
        steps += 1

    # Two for each: a list, five pages of errors, three fetches and two notes.
    assert steps == 1 + 2 * 11


def test_a_refused_token_is_one_line_that_names_its_variable(
    canvas: Canvas, tmp_path: Path
) -> None:
    secret, canvas.token = canvas.token, "another"
    client = ApiClient(
        canvas.url, token=secret, token_env="CANVAS_TOKEN", name="canvas"
    )

    with pytest.raises(ApiRefusedError, match="put a valid one into CANVAS_TOKEN") as e:
        land_jobs(
            home_of(tmp_path),
            name="canvas",
            account_id="1",
            client=client,
            limits=LIMITS,
        )

    assert secret not in str(e.value)
    assert "\n" not in str(e.value)
    assert not (tmp_path / "landing" / "canvas" / "canvas").exists()


def test_a_canvas_that_stays_down_is_told_and_leaves_what_was_landed(
    canvas: Canvas, tmp_path: Path
) -> None:
    canvas.faults = [("sis_imports", Fault.BROKEN)] * 7

    with pytest.raises(ApiError, match="answered 500; the next run tries again"):
        run(canvas, home_of(tmp_path))

    assert not (tmp_path / "landing" / "canvas" / "canvas").exists()


def test_what_is_no_canvas_is_told(tmp_path: Path) -> None:
    with Other().serving() as url:
        client = ApiClient(url, token="t", token_env="CANVAS_TOKEN", name="canvas")

        with pytest.raises(ApiError, match="gave no sis_imports: is the location"):
            list(SisImports(client, "1").jobs(created_since=None))


class Other(StandIn):
    """Something else, that answers with JSON too."""

    def answer(self, request: Request) -> Answer:
        return Answer({"path": request.path})


def test_the_token_goes_to_no_other_host(canvas: Canvas, tmp_path: Path) -> None:
    other = Canvas()
    with other.serving() as elsewhere:
        client = ApiClient(
            canvas.url, token=canvas.token, token_env="CANVAS_TOKEN", name="canvas"
        )
        with pytest.raises(ApiError, match="leads to another host"):
            client.get(f"{elsewhere}/api/v1/accounts/1/sis_imports")
        with pytest.raises(ApiRefusedError):
            client.download(
                f"{elsewhere}/files/1/download", tmp_path / "file", is_signed=False
            )

    assert ["authorization" in each.headers for each in other.requests] == [False]
