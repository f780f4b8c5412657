"""Canvas, Cloudwork and Echo360 through the real command, and no secret anywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.home import Home
from orchestration.settings import PROJECT_FOLDER
from standins.canvas import Canvas, Job, Message
from standins.echo360 import Echo360, Row
from support.commands import rollbook
from support.secrets import assert_nowhere

pytestmark = pytest.mark.slow

CONFIG = """\
sources:
  - {{name: canvas, kind: canvas, campus_id: C1, location: "{canvas}", account_id: "1",
     token_env: CANVAS_TOKEN}}
  - {{name: cw, kind: cloudwork, campus_id: C1, location: inbox}}
  - {{name: echo, kind: echo360, campus_id: C1, location: "{echo}", reports: [notes],
     token_env: ECHO_TOKEN, since: {since:%Y-%m-%d}}}
"""
TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
CSV = """\
event,syncprofile_name,processed,added,updated,disabled,deleted,errors,date_started,date_finished,details
Sync Error,Staff,3,0,0,0,0,3,{at:%Y-%m-%d %H:%M},{at:%Y-%m-%d %H:%M},LDAP
Lunch,Staff,3,0,0,0,0,3,{at:%Y-%m-%d %H:%M},{at:%Y-%m-%d %H:%M},LDAP
"""


def test_one_run_reports_all_of_them_and_keeps_their_secrets(tmp_path: Path) -> None:
    yesterday = TODAY - timedelta(days=1)
    text = f"{yesterday:%Y-%m-%dT%H:%M:%SZ}"
    canvas, echo = Canvas(), Echo360(lambda: datetime.now(UTC))
    canvas.token, echo.token = "canvas-token-4711", "echo-token-0815"
    canvas.jobs[7] = Job(
        {
            "id": 7,
            "created_at": text,
            "updated_at": text,
            "workflow_state": "failed_with_messages",
            "data": {"counts": {"users": 5, "error_count": 30, "warning_count": 0}},
        },
        [Message("users.csv", f"no {row}", row, True) for row in range(30)],
        are_forgotten=True,
        has_attachment=True,
    )
    echo.rows = [Row("notes", yesterday, {"event_timestamp": text, "note_count": "4"})]
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "r.csv").write_text(
        CSV.format(at=yesterday), encoding="utf-8"
    )
    config, home = tmp_path / "rollbook.yml", Home(tmp_path / "home")
    with canvas.serving() as canvas_url, echo.serving() as echo_url:
        config.write_text(
            CONFIG.format(canvas=canvas_url, echo=echo_url, since=yesterday),
            encoding="utf-8",
        )
        given = ("run", "--config", config, "--home", home.root)
        tokens = {"CANVAS_TOKEN": canvas.token, "ECHO_TOKEN": echo.token}

        first = rollbook(*given, **tokens)
        echo.finish()
        echo.token = "another"
        refused = rollbook(*given, **tokens)
        echo.token = tokens["ECHO_TOKEN"]
        last = rollbook(*given, **tokens)

    runs = (first, refused, last)
    assert [each.returncode for each in runs] == [0, 0, 0], first.stdout + first.stderr
    assert "put a valid one into ECHO_TOKEN" in refused.stdout
    said = [text for each in runs for text in (each.stdout, each.stderr)]
    # Dagster's history, with the metadata of every asset, is among the home's files.
    assert list(home.dagster.rglob("*.db"))
    for secret in (*tokens.values(), "signed-7", "sig-0000"):
        assert_nowhere(secret, home, *said)
    with duckdb.connect(str(home.published_file), read_only=True) as published:
        counts = {
            report: published.sql(f"select count(*) from reports.{report}").fetchall()
            for report in (
                *("rostering_jobs", "rostering_job_errors", "provisioning_report"),
                *("engagement_notes", "echo360_windows", "engagement_asset"),
            )
        }
        bad = published.sql("select reason from marts.quarantined_rows").fetchall()
        status = published.sql(
            "select source, status from marts.source_status order by source"
        ).fetchall()
    assert counts == {
        "rostering_jobs": [(1,)],
        "rostering_job_errors": [(30,)],
        "provisioning_report": [(1,)],
        "engagement_notes": [(1,)],
        "echo360_windows": [(1,)],
        "engagement_asset": [(0,)],
    }
    assert bad == [("event 'Lunch' is no event",)]
    assert status == [("canvas", "read"), ("cw", "read"), ("echo", "read")]


def test_every_setting_of_these_kinds_is_in_the_docs() -> None:
    page = (PROJECT_FOLDER / "docs" / "systems.md").read_text(encoding="utf-8")

    for name in ("account_id", "token_env", "sis_type", "reports", "since"):
        assert f"{name}:" in page
