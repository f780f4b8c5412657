"""The run ledger: which command worked on a home, and how far it came.

JSON Lines in ``HOME/runs.jsonl``, oldest first. Only the holder of the home's lock
appends. A run that says neither ``published`` nor ``ended`` was killed in the stage
that it entered last.
"""

from __future__ import annotations

import getpass
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import uuid4

from orchestration.home import Home


class Event(StrEnum):
    """What a run tells of itself, its stages in their order between start and end.

    A command that is no run leaves one event, the last three but ``ended``.
    """

    STARTED = "started"
    LANDING = "landing"
    LOADING = "loading"
    BUILDING = "building"
    AUDITING = "auditing"
    SWAPPING = "swapping"
    PUBLISHED = "published"
    ROLLED_BACK = "rolled_back"
    REPLAYED = "replayed"
    ERASED = "erased"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class RunEvent:
    """One line; ``details`` are what this kind of event has to tell."""

    run_id: str
    event: Event
    at: str
    by: str
    details: dict[str, object]


def record_event(home: Home, run_id: str, event: Event, **details: object) -> None:
    """Append an event, durably; what a crash left half written stays a line apart."""
    line = json.dumps(
        {
            "run_id": run_id,
            "event": event,
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "by": getpass.getuser(),
            "details": details,
        },
        ensure_ascii=False,
    )
    with home.run_ledger.open("ab+") as ledger:
        if ledger.tell() > 0:
            ledger.seek(-1, os.SEEK_END)
            if ledger.read(1) != b"\n":
                line = f"\n{line}"
        ledger.write(f"{line}\n".encode())
        ledger.flush()
        os.fsync(ledger.fileno())


def record_command(home: Home, event: Event, **details: object) -> None:
    """Append the one event of a command that is no run."""
    record_event(home, uuid4().hex, event, **details)


def read_events(home: Home) -> list[RunEvent]:
    """Every event so far; a line that a crash left half written is none."""
    events = []
    if home.run_ledger.exists():
        for line in home.run_ledger.read_bytes().splitlines():
            try:
                told = json.loads(line)
            except ValueError:
                continue
            events.append(RunEvent(**{**told, "event": Event(told["event"])}))
    return events


def last_started(home: Home) -> RunEvent | None:
    """The start of the newest run; its details are the run's parameters."""
    starts = [event for event in read_events(home) if event.event is Event.STARTED]
    return starts[-1] if starts else None
