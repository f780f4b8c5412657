"""A month of Echo360 windows, with each fault once."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import stamina

from orchestration.extract.api_client import ApiClient, ApiRefusedError
from orchestration.extract.echo360.landing import Echo360Outcome, collect_reports
from orchestration.extract.shapes import ConnectedSource
from orchestration.home import Home
from orchestration.settings import PROJECT_FOLDER
from standins.echo360 import Echo360, Row
from standins.serving import Fault
from support.compiled import CompiledProject
from support.killing import killed_everywhere
from support.systems import LEADING, LIMITS, led_to, new_home, reports_of, rows_of

START = datetime(2026, 2, 1, tzinfo=UTC)
END = datetime(2026, 3, 8, 6, tzinfo=UTC)
TODAY = END.replace(hour=0)
WINDOWS = "reports.echo360_windows"


class Clock:
    """The time, which only moves when it is told to."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(autouse=True)
def _no_waits() -> Iterator[None]:
    with stamina.set_testing(True, attempts=7, cap=True):
        yield


@pytest.fixture
def clock() -> Clock:
    return Clock(END)


@pytest.fixture
def echo(clock: Clock) -> Iterator[Echo360]:
    echo = Echo360(clock)
    echo.rows = [
        row
        for report in echo.headers
        for row in rows_of_report(report, echo.headers[report])
    ]
    with echo.serving():
        yield echo


def types() -> dict[tuple[str, str], dict[str, str]]:
    path = PROJECT_FOLDER / "seeds" / "echo360_columns.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (row["report"], row["source_name"] or "email"): row
            for row in csv.DictReader(file)
        }


TYPES = types()


def rows_of_report(report: str, header: list[str]) -> list[Row]:
    """Rows at the very bounds of days and windows, and between them."""
    rows = []
    for number in range(36):
        at = START + timedelta(days=number, seconds=86399 if number % 2 else 0)
        cells = {
            name: cell(report, name, number, at)
            for name in header
            if (number + len(name)) % 11
        }
        rows.append(Row(report, at, cells))
    return rows


def cell(report: str, name: str, number: int, at: datetime) -> str:
    match TYPES[report, name]["data_type"]:
        case "timestamp with time zone":
            return f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
        case "bigint":
            return str(number)
        case "double":
            return f"{number}.5"
        case "boolean":
            return "TRUE" if number % 2 else "FALSE"
        case _:
            return f'a|b,\t"{name}"\nline {number}'


def value(report: str, name: str, text: str) -> Any:
    """What a cell means."""
    if not text:
        return None
    match TYPES[report, name]["data_type"]:
        case "timestamp with time zone":
            return datetime.fromisoformat(text)
        case "bigint":
            return int(text)
        case "double":
            return float(text)
        case "boolean":
            return text == "TRUE"
        case _:
            return text


def truth(echo: Echo360, report: str, until: datetime = TODAY) -> list[tuple[Any, ...]]:
    header = echo.headers[report]
    return sorted(
        (
            ("C1", *(value(report, name, row.cells.get(name, "")) for name in header))
            for row in echo.rows
            if row.report == report
            and (report == "asset" or (row.at and row.at < until))
        ),
        key=repr,
    )


def told(
    project: CompiledProject, home: Home, *reports: str
) -> dict[str, list[tuple[Any, ...]]]:
    """Engagement reports of a home; every range, each row once."""
    names = [f"reports.engagement_{report}" for report in reports]
    with reports_of(project, home, *names) as connection:
        return {
            report: sorted(
                (
                    tuple(row.values())
                    for row in rows_of(connection, f"from reports.engagement_{report}")
                ),
                key=repr,
            )
            for report in reports
        }


def windows(project: CompiledProject, home: Home) -> list[dict[str, Any]]:
    with reports_of(project, home, WINDOWS) as connection:
        return rows_of(connection, f"from {WINDOWS}")


def home_of(folder: Path) -> Home:
    return new_home(folder, ConnectedSource("echo", "echo360", "C1"))


def run(echo: Echo360, home: Home, *reports: str) -> Echo360Outcome:
    client = ApiClient(
        echo.url,
        token=echo.token,
        token_env="ECHO_TOKEN",
        name="echo",
        timeout=httpx.Timeout(1),
    )
    try:
        return collect_reports(
            home,
            name="echo",
            client=client,
            limits=LIMITS,
            reports=reports,
            since=START,
            clock=echo.clock,
        )
    finally:
        client.close()


def run_until_done(echo: Echo360, home: Home, *reports: str) -> list[str]:
    """Run as a schedule does, hours apart, until nothing is asked for."""
    warnings: list[str] = []
    for _ in range(200):
        outcome = run(echo, home, *reports)
        warnings += outcome.warnings
        is_pending = any(each.status == "Pending" for each in echo.asked.values())
        echo.finish()
        # A run that found what another one had asked for did nothing itself.
        is_idle = not (outcome.submitted or outcome.fetched or outcome.warnings)
        if is_idle and not is_pending:
            return warnings
    raise AssertionError


def test_a_month_of_all_reports_is_told_as_it_was(
    project: CompiledProject, echo: Echo360, tmp_path: Path
) -> None:
    home = home_of(tmp_path)
    echo.endings = ["Expired", "Failed", "Missing"]
    echo.expired_links = 1
    echo.faults = [
        ("/reports", Fault.BROKEN),
        ("/requests", Fault.TOO_MANY),
        ("/request/", Fault.CUT),
        ("/s3/", Fault.CUT),
        ("/requests/", Fault.BROKEN),
        # Taken, though the answer never came.
        ("/requests/", Fault.SLOW),
        ("/request/", Fault.SLOW),
        ("/reports", Fault.PROXY),
    ]

    run_until_done(echo, home)

    assert echo.faults == []
    assert echo.most_in_flight == 3
    reports = list(echo.headers)
    assert len(reports) == 13
    found = told(project, home, *reports)
    for report in reports:
        assert found[report] == truth(echo, report)
    for report in reports:
        spans = [
            (each["window_start"], each["window_end"])
            for each in windows(project, home)
            if each["report"] == report
        ]
        if report == "asset":
            assert spans == [(None, None)]
            continue
        assert spans[0][0] == START
        assert spans[-1][1] == END.replace(hour=0)
        assert all(end == start for (_, end), (start, _) in itertools.pairwise(spans))
        assert all(end - start <= timedelta(days=7) for start, end in spans)


@pytest.mark.parametrize("delimiter", ["\t", "|", ";"])
def test_any_delimiter_is_understood(
    project: CompiledProject, echo: Echo360, tmp_path: Path, delimiter: str
) -> None:
    home = home_of(tmp_path)
    echo.delimiter = delimiter

    run_until_done(echo, home, "notes")

    assert told(project, home, "notes")["notes"] == truth(echo, "notes")


def test_a_window_is_fetched_again_until_48_hours_after_its_close(
    project: CompiledProject, echo: Echo360, clock: Clock, tmp_path: Path
) -> None:
    home = home_of(tmp_path)
    clock.now = END - timedelta(days=3)
    late = Row("notes", clock.now - timedelta(days=1), {"content": "late"})
    late.cells["event_timestamp"] = f"{late.at:%Y-%m-%dT%H:%M:%SZ}"
    late.seen_from = clock.now + timedelta(hours=12)
    echo.rows.append(late)

    run_until_done(echo, home, "notes")
    asked = len(echo.asked)
    run_until_done(echo, home, "notes")
    assert len(echo.asked) == asked
    clock.now = END
    run_until_done(echo, home, "notes")
    found = windows(project, home)

    assert told(project, home, "notes")["notes"] == truth(echo, "notes")
    assert [each["is_complete"] for each in found] == [True, True, True, True, False]
    clock.now = END + timedelta(days=10)
    run_until_done(echo, home, "notes")
    found = windows(project, home)
    assert [each["is_complete"] for each in found] == [True] * 6 + [False]
    files = list((home.landing / "echo360" / "echo" / "rows").iterdir())
    assert len(files) == len(found)


def test_what_fails_four_times_is_told_as_failed(
    project: CompiledProject, echo: Echo360, clock: Clock, tmp_path: Path
) -> None:
    home = home_of(tmp_path)
    clock.now = START + timedelta(days=7, hours=1)
    echo.endings = ["Failed", "Missing", "Expired", "Failed"]

    warnings = run_until_done(echo, home, "notes")

    (window,) = windows(project, home)
    assert (window["status"], window["attempts"]) == ("Failed", 4)
    assert len(warnings) == 1
    assert "notes of 2026-02-01 to 2026-02-08 failed 4 times" in warnings[0]
    assert run(echo, home, "notes").submitted == 0
    with reports_of(project, home, WINDOWS, *LEADING) as connection:
        found = connection.execute(
            "select sync_id, status, stage, errors, next_step_owner"
            " from reports.sync_history"
        ).fetchall()
        led = led_to(connection)
    # The history leads to the window, which says how often it was tried.
    assert led == {("echo:notes:2026-02-01", "records"): ("echo360_windows", 1)}
    assert found == [("echo:notes:2026-02-01", "Failed", "failed", 1, "vendor")]


def test_a_report_that_is_not_listed_is_a_warning(
    echo: Echo360, tmp_path: Path
) -> None:
    echo.unlisted = {"polling"}

    outcome = run(echo, home_of(tmp_path), "polling", "notes")

    assert outcome.warnings == [
        "report polling is wanted, and the server no longer lists it"
    ]
    assert outcome.submitted == 3


def test_bad_rows_are_quarantined(
    project: CompiledProject, echo: Echo360, clock: Clock, tmp_path: Path
) -> None:
    home = home_of(tmp_path)
    clock.now = START + timedelta(days=7, hours=1)
    echo.rows = [
        Row("notes", START, {"event_timestamp": "2026-02-01", "note_count": "many"}),
        Row("notes", START, {"event_timestamp": "soon", "note_count": "1"}),
        Row("notes", START, {"event_timestamp": "2026-02-01", "note_count": "1"}),
    ]

    run_until_done(echo, home, "notes")

    with reports_of(
        project, home, "reports.engagement_notes", "marts.quarantined_rows"
    ) as connection:
        reasons = connection.execute(
            "select table_name, line_number, reason from marts.quarantined_rows"
        ).fetchall()
        kept = connection.execute("from reports.engagement_notes").fetchall()
    assert reasons == [
        ("engagement_notes", 2, "note_count 'many' is no whole number"),
        ("engagement_notes", 3, "event_timestamp 'soon' is no time"),
    ]
    assert len(kept) == 1


@pytest.mark.slow
def test_killed_at_any_step_and_run_again_it_is_the_same(
    project: CompiledProject, echo: Echo360, clock: Clock, tmp_path: Path
) -> None:
    clock.now = START + timedelta(days=7, hours=1)
    ended = clock.now.replace(hour=0)

    def work(folder: Path) -> None:
        run_until_done(echo, home_of(folder), "notes")

    for folder in killed_everywhere(work, tmp_path):
        home = Home(folder)
        assert told(project, home, "notes")["notes"] == truth(echo, "notes", ended)
        assert [each["status"] for each in windows(project, home)] == ["Fetched"]
        # What was asked for is found again, and not asked for twice.
        assert len(echo.asked) == 1
        echo.asked.clear()


def test_a_refused_token_ends_it(echo: Echo360, tmp_path: Path) -> None:
    echo.faults = [("/reports", Fault.REFUSED)]

    with pytest.raises(ApiRefusedError, match="put a valid one into ECHO_TOKEN"):
        run(echo, home_of(tmp_path))
