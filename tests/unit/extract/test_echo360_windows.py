"""Which windows of an Echo360 report are asked for, and when again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from orchestration.extract.echo360.windows import Status, Window, Windows

START = datetime(2026, 2, 1, tzinfo=UTC)


def test_assets_reach_back_a_year_and_no_further(tmp_path: Path) -> None:
    now = START + timedelta(days=400)
    planned = Windows(tmp_path / "windows.jsonl", "echo")

    planned.plan(["assetbydate", "notes"], since=START, now=now)

    starts = {
        report: min(start for name, start in planned.known if name == report)
        for report in ("assetbydate", "notes")
    }
    # The first window of the grid that begins within 365 days.
    assert starts == {
        "assetbydate": "2026-03-08T00:00:00+00:00",
        "notes": START.isoformat(),
    }


def test_a_failed_window_that_grows_leaves_no_gap(tmp_path: Path) -> None:
    planned = Windows(tmp_path / "windows.jsonl", "echo")

    def plan(days: int) -> list[Window]:
        planned.plan(["notes"], since=START, now=START + timedelta(days=days, hours=6))
        return planned.of(*Status)

    (window,) = plan(3)
    window.status, window.attempts = Status.FAILED, 4
    assert [each.status for each in plan(3)] == [Status.FAILED]
    assert [each.parameters for each in plan(4)] == [
        {"start": "2026-02-01", "end": "2026-02-05"}
    ]
    assert (window.status, window.attempts) == (Status.WAITING, 0)
    # It is whole by now: what fails then stays so.
    plan(7)
    window.status, window.attempts = Status.FAILED, 4
    later = plan(9)

    assert [each.status for each in later] == [Status.WAITING, Status.FAILED]
    assert later[0].window_start == later[1].window_end
