"""A browser that the machine has, driven over the dashboard of a real service."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from orchestration.home import Home

DASHBOARD = "/dashboard"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Campuses beside the worked example's: one with a job and no request, one without a
# job, and one that the tests' token may not read. A dozen anomalies, as rules would
# tell them.
CAMPUSES_AND_ANOMALIES = """
insert into marts.dim_campuses by name
select * from (values
    ('IDLE', 'Idle Campus', 'America/Denver'), ('NONE', 'No-job Campus', null),
    ('ELSE', 'Somebody else', null)
) as campuses (campus_id, name, time_zone);
insert into marts.brg_job_record_types by name
select 'IDLE' as campus_id, 'J-IDLE' as job_id, record_type, true as is_enabled
from (values ('course'), ('user')) as types (record_type);
insert into reports.sync_anomalies by name
select
    'DEN' as campus_id, 'a' || number as anomaly_id, 'persistent_error' as rule,
    ['critical', 'warning', 'info'][1 + number % 3] as severity,
    'course' as record_type, 'course:C1' as record_key, 'J-IN' as job_id,
    timestamptz '2026-03-07 08:00:00+00' + to_hours(number) as first_seen_at,
    timestamptz '2026-03-12 08:00:00+00' + to_hours(number) as last_seen_at,
    case when number > 10 then timestamptz '2026-03-13 01:00:00+00' end as resolved_at,
    number as occurrences, number <= 10 as is_open,
    'Finding <b>' || number || '</b>' as title,
    '{"requestId": "r-1", "days": 4}'::json as evidence,
    'Correct the course.' as next_step, 'school' as next_step_owner
from range(1, 13) as numbers (number)
"""


@dataclass(slots=True)
class Visit:
    """One page of a browser, and everything that it asked for and complained of."""

    page: Page
    url: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str, **query: str) -> Page:
        """Open a page of the dashboard; it must answer with a page."""
        pairs = "&".join(f"{name}={value}" for name, value in query.items())
        answer = self.page.goto(
            f"{self.url}{DASHBOARD}{path}{'?' if pairs else ''}{pairs}"
        )
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        return self.page

    def sign_in(self, token: str) -> None:
        """Sign in as people do."""
        self.page.goto(f"{self.url}{DASHBOARD}")
        self.page.get_by_label("Access token").fill(token)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("button", name="Sign out").wait_for()

    def foreign(self) -> list[str]:
        """What was asked of another host."""
        return [each for each in self.asked if not each.startswith(f"{self.url}/")]


def chromium() -> Iterator[Browser]:
    """Debian's Chromium; without it, tests are skipped in one clear line."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no browser here: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def visiting(
    browser: Browser, url: str, token: str | None = None, **given: Any
) -> Iterator[Visit]:
    """A new browser session; no request may leave it, and nothing may go wrong."""
    settings = {
        "timezone_id": "America/Denver",
        "viewport": {"width": 1280, "height": 900},
    }
    context = browser.new_context(**{**settings, **given})
    context.set_default_timeout(10_000)
    visit = Visit(context.new_page(), url)
    visit.page.on("request", lambda request: visit.asked.append(request.url))
    visit.page.on(
        "console",
        lambda told: (
            visit.complaints.append(told.text) if told.type == "error" else None
        ),
    )
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    try:
        if token is not None:
            visit.sign_in(token)
        yield visit
        assert visit.foreign() == []
        assert visit.complaints == []
    finally:
        context.close()


@dataclass(frozen=True, slots=True)
class Truth:
    """The published file, asked without any code of ours."""

    session: duckdb.DuckDBPyConnection

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a query; ``$campus`` is the worked example's."""
        return self.session.execute(sql.replace("$campus", "'DEN'")).fetchall()

    def one(self, sql: str) -> Any:
        """The only value of a query."""
        ((value,),) = self.rows(sql)
        return value

    def order(self, report: str) -> str:
        """The order that a report comes in."""
        return ", ".join(
            f"{column} nulls last"
            for (column,) in self.rows(
                "select unnest(from_json(default_order, '[\"varchar\"]'))"
                f" from marts.report_catalog where name = '{report}'"
            )
        )


@contextmanager
def the_truth(home: Home) -> Iterator[Truth]:
    """The truth of a home's publication."""
    with duckdb.connect(str(home.published_file), read_only=True) as session:
        session.execute("set timezone = 'UTC'")
        yield Truth(session)


def total_of(page: Page, scope: str = "main") -> int:
    """How many rows a report says it has; 0 when it says that there are none."""
    pager = page.locator(f"{scope} .pager > span").first
    if pager.count() == 0:
        assert page.locator(f"{scope} .no-results").first.is_visible()
        return 0
    found = re.search(r"of ([\d,]+)", pager.inner_text())
    assert found is not None
    return int(found[1].replace(",", ""))


def axe_source() -> str:
    """The text of axe-core; where it is not installed, tests are skipped."""
    file = Path(__file__).parents[1] / "e2e/node_modules/axe-core/axe.min.js"
    if not file.is_file():
        pytest.skip("no axe-core here: npm ci --prefix tests/e2e")
    return file.read_text(encoding="utf-8")
