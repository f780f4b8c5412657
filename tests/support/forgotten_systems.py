"""The forgotten person in what Canvas, Cloudwork and Echo360 say, and a namesake."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

from orchestration.extract.api_client import ApiClient
from orchestration.extract.canvas.landing import land_jobs
from orchestration.extract.cloudwork.landing import land_reports
from orchestration.extract.echo360.landing import collect_reports
from orchestration.extract.platform.landing import LandingLimits
from orchestration.extract.shapes import ConnectedSource, note_sources
from orchestration.home import Home
from standins.canvas import Canvas, Job, Message
from standins.echo360 import Echo360, Row

LIMITS = LandingLimits(threads=2, memory_limit="1GB")
_START = datetime(2026, 3, 5, tzinfo=UTC)
_EMAIL = "Zoe.Q@away.example"
# A message of the namesake's stays as it is, also in the person's own job.
OTHERS_MESSAGE = "Zoë Bloggs has no login"
_MESSAGES = [
    f"no user {_EMAIL}",
    "login zoeq-quillfeather is taken",
    "Quillfeather, Zoë (row 7) is no user",
    OTHERS_MESSAGE,
]


def deliver_systems(home: Home, day: int = 1) -> None:
    """Land what the three say on a day; on each the jobs and downloads have changed."""
    note_sources(
        home.landing,
        [
            ConnectedSource("canvas", "canvas", "C1"),
            ConnectedSource("cloudwork", "cloudwork", "C1"),
            ConnectedSource("echo", "echo360", "C1"),
        ],
    )
    _deliver_canvas(home, day)
    _deliver_cloudwork(home, day)
    _deliver_echo360(home, day)


def _deliver_canvas(home: Home, day: int) -> None:
    canvas = Canvas()
    at = f"{_START:%Y-%m-%dT%H:%M:%SZ}"
    canvas.jobs[7] = Job(
        {
            "id": 7,
            "created_at": at,
            "updated_at": f"2026-03-{5 + day:02d}T09:00:00Z",
            "workflow_state": "failed_with_messages",
            "user": {"id": 1, "name": "Jane Q.", "login_id": "zoeq-quillfeather"},
            "data": {"counts": {"error_count": len(_MESSAGES), "warning_count": 0}},
        },
        [Message("users.csv", each, row, True) for row, each in enumerate(_MESSAGES)],
    )
    with canvas.serving():
        client = ApiClient(canvas.url, token=canvas.token, token_env="T", name="canvas")
        land_jobs(home, name="canvas", account_id="1", client=client, limits=LIMITS)
        client.close()


def _deliver_cloudwork(home: Home, day: int) -> None:
    inbox = home.root.parent / "cloudwork"
    inbox.mkdir(exist_ok=True)
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["event", "syncprofile_name", "user_name", "details", "date_started"])
    for event, user, details in (
        ("Account Provisioning", "zoeq-quillfeather", "made Zoë Quillfeather"),
        ("User CSV Processed", "zbloggs", f"skipped <{_EMAIL}>, kept Zoë Bloggs"),
        ("Never heard of", "Zoë Quillfeather", "Mary Jane O'Harabell"),
    ):
        rows.writerow([event, "Staff", user, details, f"2026-03-05 1{day}:00"])
    file = inbox / f"2026031{day}T000000Z.csv"
    file.write_text(text.getvalue(), encoding="utf-8")
    land_reports(home, name="cloudwork", location=inbox, limits=LIMITS)
    # The folder is the school's own, as the drop folder is.
    file.unlink()


def _deliver_echo360(home: Home, day: int) -> None:
    now = _START + timedelta(days=1 + 2 * day, hours=6)
    echo = Echo360(lambda: now)
    person = {
        "userId": "e1",
        "firstName": "Jane",
        "lastName": "Q.",
        "userEmail": _EMAIL,
    }
    question = {
        "questionFirstName": "Zoë",
        "questionLastName": "Quillfeather",
        "answerFirstName": "Zoë",
        "answerLastName": "Bloggs",
        "answerEmail": "zoe.bloggs@home.example",
    }
    echo.rows = [
        Row("viewsessions", _START, {"sessionId": "s1", **person}),
        # No time: this row is quarantined.
        Row("viewsessions", _START, {**person, "eventTimestamp": "yesterday"}),
        Row("qanda2", _START, question),
        Row("asset", None, {"owner_name": "Zoë Quillfeather", "video_name": "Law"}),
    ]
    with echo.serving():
        client = ApiClient(echo.url, token=echo.token, token_env="T", name="echo")
        for _ in range(2):
            collect_reports(
                home,
                name="echo",
                client=client,
                limits=LIMITS,
                reports=["viewsessions", "qanda2", "asset"],
                since=_START,
                clock=echo.clock,
            )
            echo.finish()
        client.close()
