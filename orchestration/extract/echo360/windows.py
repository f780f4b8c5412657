"""The windows of each report, and how far each is: what lives across runs.

A window is known by its report and its start. While it is not seven days long it grows
by whole days, so the windows of a report have neither gap nor overlap.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from orchestration.extract.echo360.definitions import (
    REACHES_BACK_DAYS,
    WITHOUT_WINDOW,
)
from orchestration.files import write_text_atomically

LONGEST = timedelta(days=7)
# Data of a day are whole that long after it.
SETTLED_AFTER = timedelta(hours=48)
# What is not whole yet is fetched again at most that often.
REFRESHED_AFTER = timedelta(hours=24)
# The first try, and three more.
MOST_ATTEMPTS = 4


class Status(StrEnum):
    """How far a window is."""

    WAITING = "Waiting"
    # Written down before the request is sent: whether it was taken is not known yet.
    SUBMITTING = "Submitting"
    PENDING = "Pending"
    FETCHED = "Fetched"
    FAILED = "Failed"


@dataclass
class Window:
    """One window of one report; instants as ISO text in UTC, so that they compare."""

    source: str
    report: str
    window_start: str | None
    window_end: str | None
    request_id: str | None = None
    status: Status = Status.WAITING
    attempts: int = 0
    requested_at: str | None = None
    fetched_at: str | None = None
    rows: int | None = None
    file: str | None = None

    @property
    def parameters(self) -> dict[str, str]:
        """What the API is asked for: days, the end not included."""
        if self.window_start is None or self.window_end is None:
            return {}
        return {"start": self.window_start[:10], "end": self.window_end[:10]}

    @property
    def key(self) -> tuple[str, str]:
        """What the window is known by."""
        return self.report, self.window_start or ""


@dataclass
class Windows:
    """The windows of one source, in a file that is replaced as a whole."""

    path: Path
    source: str
    known: dict[tuple[str, str], Window] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path, source: str) -> Windows:
        """Read what is there."""
        windows = cls(path, source)
        if path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                told = json.loads(line)
                window = Window(**{**told, "status": Status(told["status"])})
                windows.known[window.key] = window
        return windows

    def save(self) -> None:
        """Make what is known now durable."""
        lines = [
            json.dumps(asdict(self.known[key]), ensure_ascii=False)
            for key in sorted(self.known)
        ]
        write_text_atomically(self.path, "".join(f"{line}\n" for line in lines))

    def of(self, *statuses: Status) -> list[Window]:
        """The windows that are so far, newest first: what is new matters most."""
        found = [each for each in self.known.values() if each.status in statuses]
        found.sort(key=lambda each: each.report)
        return sorted(found, key=lambda each: each.window_start or "~", reverse=True)

    def plan(self, reports: Iterable[str], *, since: datetime, now: datetime) -> None:
        """Add the windows that are missing, and have those fetched that are due."""
        for report in reports:
            if report in WITHOUT_WINDOW:
                self._want(report, None, None, now)
                continue
            for start, end in self._spans(report, since, now):
                self._want(report, start, end, now)

    def _spans(
        self, report: str, since: datetime, now: datetime
    ) -> list[tuple[datetime, datetime]]:
        """The windows from ``since`` to midnight, on the grid of known ones."""
        today = _midnight(now)
        since = _midnight(since)
        starts = [
            datetime.fromisoformat(each.window_start)
            for each in self.known.values()
            if each.report == report and each.window_start
        ]
        first = min(starts, default=since)
        spans = []
        while first > since:
            earlier = max(first - LONGEST, since)
            spans.append((earlier, first))
            first = earlier
        start = min(starts, default=since)
        while start < today:
            spans.append((start, min(start + LONGEST, today)))
            start += LONGEST
        oldest = _midnight(now - timedelta(days=REACHES_BACK_DAYS.get(report, 36_500)))
        return [span for span in spans if span[0] >= oldest]

    def _want(
        self, report: str, start: datetime | None, end: datetime | None, now: datetime
    ) -> None:
        window = Window(self.source, report, _text(start), _text(end))
        known = self.known.setdefault(window.key, window)
        if known is window:
            return
        if known.status is Status.WAITING and not known.attempts:
            known.window_end = window.window_end
        if known.status not in (Status.FETCHED, Status.FAILED):
            return
        # One that failed and has grown is another request: else its new days, which
        # no other window has, would never come.
        is_due = known.status is Status.FETCHED and _is_due(known, now)
        if known.window_end == window.window_end and not is_due:
            return
        known.window_end = window.window_end
        known.status, known.attempts = Status.WAITING, 0


def _is_due(window: Window, now: datetime) -> bool:
    """Whether what was fetched is not whole, and may have become more."""
    if window.fetched_at is None or window.requested_at is None:
        return True
    refreshed = datetime.fromisoformat(window.requested_at) + REFRESHED_AFTER
    if window.window_end is None:
        return now >= refreshed
    settled = datetime.fromisoformat(window.window_end) + SETTLED_AFTER
    if datetime.fromisoformat(window.fetched_at) >= settled:
        return False
    return now >= settled or now >= refreshed


def _midnight(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
