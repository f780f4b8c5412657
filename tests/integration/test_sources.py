"""Sources of every kind, each with its own failure, by the real command."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.home import Home
from support.commands import one_line, rollbook
from support.worlds import DATA

pytestmark = pytest.mark.slow

SECRET = "t0ken-that-nobody-may-see"
CONFIG = """\
sources:
  - {name: attendance, kind: platform, location: drop, schedule: "0 2 * * *"}
  - {name: clouds, kind: cloudwork, campus_id: C1, location: inbox}
  - name: canvas
    kind: canvas
    campus_id: C1
    location: "http://127.0.0.1:9"
    account_id: "1"
    token_env: CANVAS_TOKEN
    schedule: "*/15 * * * *"
    time_zone: America/Denver
"""
AS_OF = ("--as-of", "2026-03-17T00:00:00Z")
LATER = ("--as-of", "2026-03-18T00:00:00Z")


def test_a_source_that_fails_is_told_and_its_last_good_data_counts(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path / "home")
    config = tmp_path / "rollbook.yml"
    config.write_text(CONFIG, encoding="utf-8")
    given = ("--config", config, "--home", home.root)

    nothing = rollbook("run", *given, *AS_OF)

    # Only a platform that never landed ends a run.
    assert nothing.returncode == 2
    assert "drop" in one_line(nothing)
    assert not home.published_file.exists()

    shutil.copytree(DATA / "worked_example" / "drop", tmp_path / "drop")
    (tmp_path / "inbox").mkdir()
    first = rollbook("run", *given, *AS_OF)
    shutil.rmtree(tmp_path / "drop")
    second = rollbook("run", *given, *LATER, CANVAS_TOKEN="")

    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    told = second.stdout.splitlines()
    assert [line for line in told if line.startswith("warning: source attendance: ")]
    assert "its last good data, as of 2026-03-17T00:00:00+00:00, was used" in (
        second.stdout
    )
    assert "the environment variable CANVAS_TOKEN of source canvas" in second.stdout
    with duckdb.connect(str(home.published_file), read_only=True) as published:
        status = {
            row[0]: row[1:]
            for row in published.sql(
                "select source, kind, status, last_error is not null, freshness_hours,"
                " last_success_at <= last_attempt_at, schedule_cron, time_zone"
                " from marts.source_status"
            ).fetchall()
        }
        courses = published.sql("select count(*) from marts.dim_courses").fetchone()
    assert status == {
        "attendance": (*("platform", "failed", True, 24.0, True, "0 2 * * *", "UTC"),),
        "clouds": ("cloudwork", "read", False, 0.0, True, None, "UTC"),
        "canvas": (
            *("canvas", "failed", True, None, None),
            *("*/15 * * * *", "America/Denver"),
        ),
    }
    assert courses is not None
    assert courses[0] > 0
