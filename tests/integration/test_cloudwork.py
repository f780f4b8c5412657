"""A year of provisioning reports whose downloads overlap."""

from __future__ import annotations

import csv
import gzip
import io
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from orchestration.errors import BadInputError
from orchestration.extract.cloudwork.landing import (
    COUNTS,
    EVENTS,
    CloudworkOutcome,
    land_reports,
)
from orchestration.extract.shapes import ConnectedSource
from orchestration.home import Home
from support.compiled import CompiledProject
from support.killing import killed_everywhere
from support.systems import LEADING, LIMITS, led_to, new_home, reports_of, rows_of

ZONE = ZoneInfo("Australia/Sydney")
YEAR_END = datetime(2026, 3, 1, tzinfo=UTC)
REPORT = "reports.provisioning_report"


@dataclass(frozen=True)
class Event:
    """An event as it was; a download before its end does not know that."""

    event: str
    profile: str
    started: datetime
    finished: datetime
    counts: tuple[int, ...]

    def cells(self, at: datetime) -> dict[str, str]:
        """The row of a download at some time, columns in the document's order."""
        is_over = self.finished <= at
        counts = self.counts if is_over else (0,) * len(COUNTS)
        told = dict(zip(COUNTS, map(str, counts), strict=True))
        return {
            **{name: told[name] for name in ("updated", "added", "deleted")},
            "disabled": told["disabled"],
            "event": self.event,
            "syncprofile_name": self.profile,
            "errors": told["errors"],
            "date_finished": clock(self.finished) if is_over else "",
            "processed": told["processed"],
            "date_started": clock(self.started),
            "details": f'of "{self.profile}",\nas it was',
        }


def clock(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"


def year() -> list[Event]:
    """Two events a day; some take longer than a download waits."""
    events = []
    for day in range(365):
        for number in range(2):
            place = day * 2 + number
            started = YEAR_END - timedelta(days=day, hours=7 * number, minutes=13)
            # An hour that the clock shows twice names no instant.
            if started.astimezone(ZONE).hour in (2, 3):
                started += timedelta(hours=2)
            counts = tuple(place % (4 + each) for each in range(len(COUNTS)))
            events.append(
                Event(
                    EVENTS[place % len(EVENTS)],
                    f"Profile {place % 3}" if place % 7 else "",
                    started,
                    started + timedelta(hours=1 + place % 40),
                    counts if place % 5 else (0,) * len(COUNTS),
                )
            )
    return events


def download(folder: Path, at: datetime, rows: Iterable[dict[str, str]]) -> Path:
    """A downloaded file of some rows; half have their time in the name alone."""
    text = io.StringIO()
    found = list(rows)
    writer = csv.DictWriter(text, list(found[0]))
    writer.writeheader()
    writer.writerows(found)
    if at.day % 2:
        path = folder / f"provisioning_{at:%Y%m%dT%H%M%SZ}.csv.gz"
        path.write_bytes(gzip.compress(text.getvalue().encode()))
        os.utime(path, (0, 0))
    else:
        path = folder / f"provisioning_report ({at.timetuple().tm_yday}).csv"
        path.write_text(text.getvalue(), encoding="utf-8")
        os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def downloads(folder: Path, events: list[Event]) -> None:
    """One a week of the ten days before it."""
    folder.mkdir(parents=True, exist_ok=True)
    for week in range(53):
        at = YEAR_END + timedelta(days=2) - timedelta(weeks=week)
        shown = [each for each in events if timedelta(0) <= at - each.started]
        shown = [each for each in shown if at - each.started < timedelta(days=10)]
        if shown:
            download(folder, at, (each.cells(at) for each in shown))


def truth(events: list[Event]) -> list[dict[str, Any]]:
    return [
        {
            "campus_id": "C1",
            "event": each.event,
            "syncprofile_name": each.profile or None,
            "user_name": None,
            **dict(zip(COUNTS, each.counts, strict=True)),
            "details": f'of "{each.profile}",\nas it was',
            "date_started": each.started,
            "date_finished": each.finished,
            "has_activity": any(each.counts),
        }
        for each in sorted(events, key=lambda each: each.started, reverse=True)
    ]


def home_of(folder: Path) -> Home:
    source = ConnectedSource("cw", "cloudwork", "C1", time_zone=str(ZONE))
    return new_home(folder, source)


def run(home: Home, location: Path) -> CloudworkOutcome:
    return land_reports(home, name="cw", location=location, limits=LIMITS)


def told(project: CompiledProject, home: Home) -> list[dict[str, Any]]:
    with reports_of(project, home, REPORT) as connection:
        return rows_of(connection, f"from {REPORT}")


def test_a_year_of_overlapping_downloads_is_told_once(
    project: CompiledProject, tmp_path: Path
) -> None:
    events, inbox = year(), tmp_path / "inbox"
    downloads(inbox, events)
    home = home_of(tmp_path / "home")

    outcome = run(home, inbox)
    again = run(home, inbox)
    with reports_of(project, home, REPORT, *LEADING) as connection:
        rows = rows_of(connection, f"from {REPORT}")
        led = led_to(connection)

    assert rows == truth(events)
    # An event of the history leads to its own row.
    assert len(led) == 2 * len(events)
    assert set(led.values()) == {("provisioning_report", 1)}
    assert outcome.files == 53
    assert outcome.rows > len(events) == 730
    assert (outcome.quarantined, outcome.warnings) == (0, [])
    assert again.files == 0


def test_the_order_of_arrival_does_not_matter(
    project: CompiledProject, tmp_path: Path
) -> None:
    events = year()[:40]
    at = YEAR_END + timedelta(days=2)
    early, late = tmp_path / "early", tmp_path / "late"
    for folder in (early, late):
        folder.mkdir()
    shown = [replace(each, counts=(9,) * len(COUNTS)) for each in events]
    download(early, at - timedelta(days=2), (each.cells(at) for each in shown))
    download(late, at, (each.cells(at) for each in events))
    home = home_of(tmp_path / "home")

    run(home, late)
    run(home, early)

    assert told(project, home) == truth(events)


def test_bad_rows_are_quarantined_with_file_line_and_reason(
    project: CompiledProject, tmp_path: Path
) -> None:
    good = year()[1].cells(YEAR_END + timedelta(days=9))
    rows = [
        good,
        good | {"event": "Coffee Break"},
        good | {"date_started": ""},
        good | {"date_started": "2026-02-30 10:00:00"},
        good | {"date_finished": "infinity"},
        good | {"errors": "-1"},
        good | {"processed": "1.5"},
        good | {"event": "  sync ERROR "},
    ]
    path = download(tmp_path, datetime(2026, 3, 2, tzinfo=UTC), rows)
    with path.open("a", encoding="utf-8") as file:
        file.write("1,2,3\n\n")
    home = home_of(tmp_path / "home")

    outcome = run(home, tmp_path)

    assert (outcome.rows, outcome.quarantined) == (2, 7)
    with reports_of(project, home, REPORT, "marts.quarantined_rows") as connection:
        found = connection.execute(
            "select source_file, line_number, reason from marts.quarantined_rows"
        ).fetchall()
        events = connection.execute(f"select event from {REPORT}").fetchall()
    file = f"cw/{path.name}"
    assert found == [
        (file, 4, "event 'Coffee Break' is no event"),
        (file, 6, "date_started is missing"),
        (file, 8, "date_started '2026-02-30 10:00:00' is no time"),
        (file, 10, "date_finished 'infinity' is no time"),
        (file, 12, "errors '-1' is no count"),
        (file, 14, "processed '1.5' is no count"),
        (file, 18, "the row has 3 cells, the header names 11"),
    ]
    assert ("Sync Error",) in events


def test_a_file_that_is_no_report_is_a_warning_until_it_is_mended(
    project: CompiledProject, tmp_path: Path
) -> None:
    events, inbox = year()[:3], tmp_path / "inbox"
    inbox.mkdir()
    at = YEAR_END + timedelta(days=9)
    whole = download(inbox, at, (each.cells(at) for each in events))
    cut = inbox / "cut.csv.gz"
    cut.write_bytes(gzip.compress(whole.read_bytes())[:-20])
    (inbox / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    home = home_of(tmp_path / "home")

    outcome = run(home, inbox)

    assert outcome.files == 1
    assert outcome.warnings == [
        "cut.csv.gz was cut or is damaged: deliver it again",
        "other.csv has no column event and no column date_started:"
        " it is no provisioning report",
    ]
    assert told(project, home) == truth(events)
    with pytest.raises(BadInputError, match="is no folder"):
        run(home, tmp_path / "nowhere")


@pytest.mark.slow
def test_killed_at_any_step_and_run_again_it_is_the_same(
    project: CompiledProject, tmp_path: Path
) -> None:
    events, inbox = year()[:60], tmp_path / "inbox"
    downloads(inbox, events)
    steps = 0

    for folder in killed_everywhere(
        lambda at: [run(home_of(at), inbox)], tmp_path / "homes"
    ):
        assert told(project, Home(folder)) == truth(events)
        steps += 1

    # Two for each: two notes of a new home, and the one rename.
    assert steps == 1 + 2 * 3
