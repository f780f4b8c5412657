"""Make the home that the pictures are taken of, after make run.

.venv/bin/python docs/make_picture_home.py

The demo has the files of two other systems (make run). Canvas and Echo360 are services;
here the stand-ins of the tests speak for them, about the same people and courses.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestration.extract.api_client import ApiClient
from orchestration.extract.echo360.landing import collect_reports
from orchestration.extract.platform.landing import LandingLimits
from orchestration.home import Home
from orchestration.settings import PROJECT_FOLDER

sys.path.insert(0, str(PROJECT_FOLDER / "tests"))
from standins.canvas import Canvas, Job, Message
from standins.echo360 import Echo360, Row

STATE = PROJECT_FOLDER / ".rollbook"
AS_OF = datetime(2026, 3, 30, 6, tzinfo=UTC)
SINCE = AS_OF.replace(hour=0) - timedelta(days=14)
REPORTS = ("viewsessions", "viewsessiondetails", "videoview", "notes")
STATES = (
    *("imported", "imported", "imported", "imported_with_messages", "imported"),
    *("failed_with_messages", "imported", "aborted"),
)


def main() -> None:
    """Serve the stand-ins, land Echo360's past, and run once over everything."""
    settings = yaml.safe_load((STATE / "systems" / "rollbook.yml").read_text("utf-8"))
    with duckdb.connect(
        str(STATE / "home" / "published" / "rollbook.duckdb"), read_only=True
    ) as published:
        people = published.execute(
            "select coalesce(mapping_id, user_id), email, first_name, last_name"
            " from marts.dim_users where campus_id = 'C001' and email is not null"
            " order by user_id limit 60"
        ).fetchall()
        courses = published.execute(
            "select coalesce(mapping_id, course_id), add_code, title"
            " from marts.dim_courses where campus_id = 'C001' order by course_id"
        ).fetchall()
    chance = random.Random(4)
    canvas, echo = Canvas(), Echo360(lambda: AS_OF)
    canvas.jobs = _jobs(chance, people, courses)
    echo.rows = _rows(chance, people, courses)
    home = Home(STATE / "pictures")
    home.prepare()
    with canvas.serving() as canvas_url, echo.serving() as echo_url:
        _collect(home, echo, echo_url)
        config = _config(settings, canvas_url, echo_url)
        subprocess.run(
            [
                *(Path(sys.executable).with_name("rollbook"), "run"),
                *("--config", config, "--home", home.root),
                *("--as-of", AS_OF.isoformat()),
            ],
            env={**os.environ, "CANVAS_TOKEN": canvas.token, "ECHO_TOKEN": echo.token},
            check=True,
        )


def _config(settings: dict[str, Any], canvas_url: str, echo_url: str) -> Path:
    settings["sources"] += [
        {
            "name": "canvas",
            "kind": "canvas",
            "campus_id": "C001",
            "location": canvas_url,
            "account_id": "1",
            "token_env": "CANVAS_TOKEN",
            "sis_type": "PowerSchool",
            "schedule": "15 * * * *",
            "time_zone": "America/Chicago",
        },
        {
            "name": "echo360",
            "kind": "echo360",
            "campus_id": "C001",
            "location": echo_url,
            "reports": list(REPORTS),
            "token_env": "ECHO_TOKEN",
            "since": SINCE.date(),
            "schedule": "45 * * * *",
        },
    ]
    file = STATE / "systems" / "pictures.yml"
    file.write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
    return file


def _collect(home: Home, echo: Echo360, url: str) -> None:
    """Look as often as an hourly schedule would have done."""
    os.environ["ECHO_TOKEN"] = echo.token
    client = ApiClient(url, token=echo.token, token_env="ECHO_TOKEN", name="echo360")
    for _ in range(12):
        collect_reports(
            home,
            name="echo360",
            client=client,
            limits=LandingLimits(threads=2, memory_limit="1GB"),
            reports=REPORTS,
            since=SINCE,
            clock=lambda: AS_OF,
        )
        echo.finish()
    client.close()


def _jobs(
    chance: random.Random, people: list[Any], courses: list[Any]
) -> dict[int, Job]:
    """A job a night, and one by hand now and then."""
    jobs = {}
    for number in range(16):
        began = AS_OF - timedelta(hours=20 * (15 - number) + 1)
        state = "importing" if number == 15 else STATES[number % len(STATES)]
        failed = [
            Message(
                "users.csv",
                f"user {who[0]} has the e-mail of another",
                row,
                is_failure=True,
            )
            for row, who in enumerate(chance.sample(people, 3), 14)
            if state == "failed_with_messages"
        ]
        warned = [
            Message(
                "courses.csv",
                f"course {what[0]}: the term is unknown",
                row,
                is_failure=False,
            )
            for row, what in enumerate(chance.sample(courses, 2), 5)
            if state.endswith("with_messages")
        ]
        counts = {
            "users": chance.randint(170, 190),
            "courses": len(courses),
            "enrollments": chance.randint(200, 240),
            "error_count": len(failed),
            "warning_count": len(warned),
        }
        ended = began + timedelta(minutes=chance.randint(2, 9))
        done = {"ended_at": _text(ended)} if state != "importing" else {}
        jobs[1200 + number] = Job(
            {
                "id": 1200 + number,
                "created_at": _text(began),
                "started_at": _text(began + timedelta(seconds=40)),
                "updated_at": _text(ended),
                "workflow_state": state,
                "progress": 60 if state == "importing" else 100,
                "user": {"name": "Robin Vega"} if number % 6 == 3 else None,
                "data": {
                    "import_type": "oneroster",
                    "counts": counts,
                    "completed_importers": ["account", "user"],
                    "statistics": {
                        "total_state_changes": 12,
                        "User": {"created": chance.randint(0, 5), "deleted": 0},
                        "Enrollment": {"created": chance.randint(0, 9), "deleted": 2},
                    },
                },
                **done,
            },
            [*failed, *warned],
        )
    return jobs


def _rows(chance: random.Random, people: list[Any], courses: list[Any]) -> list[Row]:
    rows = []
    for number in range(400):
        at = SINCE + timedelta(minutes=chance.randint(0, 13 * 24 * 60))
        (_, email, first, last), (_, code, title) = (
            chance.choice(people),
            chance.choice(courses),
        )
        who = {"firstName": first, "lastName": last, "userEmail": email}
        media = {"mediaName": f"{title}, part {chance.randint(1, 6)}"}
        session = {"sessionId": f"{number:08x}-51e5-4c0d-9a51-000000000001"}
        begun = {"sessionStatus": "SESSION_BEGIN", "mediaDuration": "24.5"}
        course = {"courseCode": code or "", "courseName": title or ""}
        cells = {**who, **media, **session, **begun, **course, "userRole": "Student"}
        rows.append(Row("viewsessions", at, {"eventTimestamp": _text(at), **cells}))
        for beacon in range(3):
            later = at + timedelta(seconds=30 * beacon)
            told = {"eventTimestamp": _text(later), **session, **media}
            played = {"intervalsPlayed": f"[[0,{30000 * (beacon + 1)}]]"}
            rows.append(Row("viewsessiondetails", at, {**told, **played}))
        rows.append(
            Row(
                "videoview",
                at,
                {
                    "videoName": media["mediaName"],
                    "courseIdentifier": code or "",
                    "courseName": title or "",
                    "event_timestamp": _text(at),
                    "firstname": first or "",
                    "lastname": last or "",
                    "email": email,
                    "role": "Student",
                },
            )
        )
    return rows


def _text(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


if __name__ == "__main__":
    main()
