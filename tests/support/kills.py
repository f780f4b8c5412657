"""Real runs that are killed, in a stage that the run ledger tells."""

from __future__ import annotations

import subprocess
import time
from datetime import datetime
from pathlib import Path

from orchestration.home import Home
from orchestration.run_ledger import Event, read_events
from support.commands import ROLLBOOK, environment

STAGES = (
    Event.LANDING,
    Event.LOADING,
    Event.BUILDING,
    Event.AUDITING,
    Event.SWAPPING,
)


def run_command(drop: Path, home: Home, as_of: str) -> list[str | Path]:
    """The main job, to be run or killed."""
    return [
        *(ROLLBOOK, "run", "--source", drop),
        *("--home", home.root, "--as-of", as_of),
    ]


def stage_seconds(home: Home) -> dict[Event, float]:
    """How long each stage of the home's newest run took."""
    told = read_events(home)
    events = [event for event in told if event.run_id == told[-1].run_id]
    at = [datetime.fromisoformat(event.at) for event in events]
    return {
        event.event: (later - earlier).total_seconds()
        for event, earlier, later in zip(events, at, at[1:], strict=False)
    }


def killed_in(
    command: list[str | Path], home: Home, stage: Event, wait: float
) -> Event:
    """Run; ``wait`` seconds after it enters the stage, kill -9.

    Returns:
        The last event that the run told of: the stage in which it died.
    """
    size = home.run_ledger.stat().st_size
    entered = f'"event": "{stage}"'.encode()
    with subprocess.Popen(
        command,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while entered not in home.run_ledger.read_bytes()[size:]:
            assert process.poll() is None, process.communicate()[1]
            time.sleep(0.001)
        time.sleep(wait)
        process.kill()
    return read_events(home)[-1].event
