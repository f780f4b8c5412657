"""Echo360's reports: a run submits, looks and collects, and never sits and waits.

A report takes hours. What was asked for lives in ``windows.jsonl`` from run to run. It
is written before a request is sent and after each change, so a run that died anywhere
is simply run again: what it had asked for is found in the API's own list.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from orchestration.erase.systems import scrub_fetched
from orchestration.errors import BadInputError
from orchestration.extract.api_client import ApiClient, ApiError, ApiRefusedError
from orchestration.extract.echo360.collecting import file_name, land_report
from orchestration.extract.echo360.definitions import definitions
from orchestration.extract.echo360.windows import (
    MOST_ATTEMPTS,
    Status,
    Window,
    Windows,
)
from orchestration.extract.platform.landing import LandingLimits
from orchestration.home import Home

KIND = "echo360"
PREFIX = "public/api/v1/reporting"
MOST_IN_FLIGHT = 3
# How far back a new installation begins when it does not say.
FIRST_DAYS = 28
# Clocks differ: a request of ours may look older than the note that it would be sent.
_CLOCK_SKEW = timedelta(minutes=10)
_GONE = frozenset({403, 404, 410})
_UNAUTHORIZED = 401


@dataclass(slots=True)
class Echo360Outcome:
    """What a run did."""

    submitted: int = 0
    fetched: int = 0
    rows: int = 0
    quarantined: int = 0
    warnings: list[str] = field(default_factory=list)


def collect_reports(
    home: Home,
    *,
    name: str,
    client: ApiClient,
    limits: LandingLimits,
    reports: Sequence[str] = (),
    since: datetime | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    on_progress: Callable[[str], None] = lambda message: None,
) -> Echo360Outcome:
    """Bring every window one step further, as far as the API is by now.

    Args:
        home: the home that the run holds.
        name: the source.
        client: of the API.
        limits: what the session may use.
        reports: the reports wanted; all when there are none.
        since: the first day wanted; 28 days before the first run when it is not given.
        clock: tells the time.
        on_progress: told what is being done.

    Raises:
        ApiRefusedError: the token is none.
        ApiError: the API did not answer; what was landed before that stays.
    """
    folder = home.landing / KIND / name
    with duckdb.connect(
        config={
            "threads": limits.threads,
            "memory_limit": limits.memory_limit,
            "temp_directory": str(home.scratch / "echo360.tmp"),
        }
    ) as session:
        session.execute("set timezone = 'UTC'")
        run = _Run(
            home,
            client,
            session,
            Windows.read(folder / "windows.jsonl", name),
            folder / "rows",
            home.scratch / KIND / name,
            clock,
            on_progress,
        )
        run.work(list(reports) or list(definitions()), since)
        return run.outcome


@dataclass
class _Run:
    home: Home
    client: ApiClient
    session: duckdb.DuckDBPyConnection
    windows: Windows
    rows_folder: Path
    scratch: Path
    clock: Callable[[], datetime]
    on_progress: Callable[[str], None]
    outcome: Echo360Outcome = field(default_factory=Echo360Outcome)

    def work(self, wanted: list[str], since: datetime | None) -> None:
        self._tidy()
        now = self.clock()
        listed = self.client.get(f"{PREFIX}/reports").content
        names = {each["name"] for each in self.client.list_of(listed, "reports")}
        self.outcome.warnings += [
            f"report {report} is wanted, and the server no longer lists it"
            for report in wanted
            if report not in names
        ]
        reports = [report for report in wanted if report in names]
        first = since or now - timedelta(days=FIRST_DAYS)
        self.windows.plan(reports, since=first, now=now)
        self.windows.save()
        requests = self._requests()
        self._adopt(requests)
        in_flight = sum(each["status"] == "Pending" for each in requests.values())
        for window in self.windows.of(Status.PENDING):
            self._look(window, requests.get(window.request_id or ""))
        self._submit(set(reports), MOST_IN_FLIGHT - in_flight)
        self._tidy()

    def _requests(self) -> dict[str, Any]:
        """What was asked for, by anyone, by its id."""
        content = self.client.get(f"{PREFIX}/requests").content
        listed = self.client.list_of(content, "requests")
        return {each["requestId"]: each for each in listed}

    def _adopt(self, requests: dict[str, Any]) -> None:
        """Find what a run sent that died before it could note the answer."""
        ours = {each.request_id for each in self.windows.known.values()}
        for window in self.windows.of(Status.SUBMITTING):
            sent_at = datetime.fromisoformat(str(window.requested_at)) - _CLOCK_SKEW
            found = [
                request
                for request in requests.values()
                if request["requestId"] not in ours
                and request["reportName"] == window.report
                and (request.get("parameters") or {}) == window.parameters
                and datetime.fromisoformat(request["created"]) >= sent_at
            ]
            if found:
                newest = max(found, key=lambda request: request["created"])
                window.request_id = newest["requestId"]
                window.status = Status.PENDING
            else:
                window.status = Status.WAITING
                window.attempts -= 1
            self.windows.save()

    def _look(self, window: Window, request: Any) -> None:
        """See what became of a request, and collect what there is."""
        if request is None:
            request = self._request(window)
        match request["status"] if request else "Missing":
            case "Pending":
                return
            case "Available":
                try:
                    self._collect(window)
                except BadInputError as error:
                    if getattr(error, "status", None) == _UNAUTHORIZED:
                        raise
                    self._failed_once(window, str(error))
            case status:
                self._failed_once(window, f"its status is {status}")

    def _request(self, window: Window) -> Any:
        try:
            return self.client.get(f"{PREFIX}/request/{window.request_id}").content
        except ApiRefusedError as error:
            if error.status not in _GONE:
                raise
            return None

    def _failed_once(self, window: Window, reason: str) -> None:
        """Have it asked for again, or tell that it was asked for often enough."""
        window.status = Status.WAITING
        if window.attempts >= MOST_ATTEMPTS:
            window.status = Status.FAILED
            self.outcome.warnings.append(
                f"report {_called(window)} failed {window.attempts} times (request"
                f" {window.request_id}: {reason}): ask Echo360's support"
            )
        self.windows.save()

    def _collect(self, window: Window) -> None:
        self.on_progress(f"collecting {_called(window)}")
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(parents=True)
        assets = self._download(window)
        name = file_name(window.report, window.window_start, str(window.request_id))
        landed = land_report(
            self.session,
            definitions()[window.report],
            assets,
            self.rows_folder / name,
            source=self.windows.source,
            scratch=self.scratch,
            finish=lambda file: scrub_fetched(
                self.home, file, source=self.windows.source
            ),
        )
        shutil.rmtree(self.scratch)
        window.status, window.rows, window.file = Status.FETCHED, landed.rows, name
        window.fetched_at = self.clock().isoformat()
        self.windows.save()
        self.outcome.fetched += 1
        self.outcome.rows += landed.rows
        self.outcome.quarantined += landed.quarantined
        if landed.missing:
            self.outcome.warnings.append(
                f"report {_called(window)} has no column {', '.join(landed.missing)}"
            )

    def _download(self, window: Window) -> list[Path]:
        """The files of a request; a link that has expired is asked for once more.

        Raises:
            ApiRefusedError: the files are gone.
        """
        for is_last in (False, True):
            request = self._request(window) or {}
            files = []
            try:
                for number, link in enumerate(request.get("signedAssets") or []):
                    file = self.scratch / f"asset{number}"
                    self.client.download(link, file, is_signed=True)
                    files.append(file)
            except ApiRefusedError as error:
                if is_last or error.status not in _GONE:
                    raise
                continue
            if files:
                return files
            raise BadInputError("it is available, and has no file")
        raise AssertionError  # pragma: no cover

    def _submit(self, reports: set[str], slots: int) -> None:
        for window in self.windows.of(Status.WAITING):
            if slots <= 0:
                return
            if window.report not in reports:
                continue
            self.on_progress(f"asking for {_called(window)}")
            window.status = Status.SUBMITTING
            window.attempts += 1
            window.requested_at = self.clock().isoformat()
            self.windows.save()
            try:
                answer = self.client.post(
                    f"{PREFIX}/requests/{window.report}",
                    {
                        "parameters": window.parameters,
                        "output": {"compression": True, "delimiter": ","},
                    },
                )
            except ApiRefusedError as error:
                if error.status == _UNAUTHORIZED:
                    raise
                self._refused(window, error)
                return
            except ApiError as error:
                # It may have been taken: the next run finds out.
                self.outcome.warnings.append(str(error))
                return
            window.request_id, window.status = answer["requestId"], Status.PENDING
            self.windows.save()
            self.outcome.submitted += 1
            slots -= 1

    def _refused(self, window: Window, error: ApiRefusedError) -> None:
        """Nothing was taken; too many in flight is no fault of the window's."""
        if error.status in (409, 429):
            window.status = Status.WAITING
            window.attempts -= 1
            self.windows.save()
        else:
            self.outcome.warnings.append(f"report {_called(window)}: {error}")
            self._failed_once(window, str(error))

    def _tidy(self) -> None:
        """Remove what no window names: a later fetch replaced it, or a run died."""
        named = {each.file for each in self.windows.known.values()}
        for path in self.rows_folder.glob("*.parquet"):
            if path.name not in named:
                path.unlink()


def _called(window: Window) -> str:
    if window.window_start is None or window.window_end is None:
        return window.report
    return f"{window.report} of {window.window_start[:10]} to {window.window_end[:10]}"
