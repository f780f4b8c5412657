"""axe-core finds no violation of WCAG 2.1 AA on any page, in any look."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from support.browsing import DASHBOARD, axe_source, visiting

pytestmark = pytest.mark.slow

PAGES = (
    "/",
    "/sections/integrations",
    "/sections/data_in?group=all",
    "/sections/data_out",
    "/sections/anomalies",
    "/sections/errors",
    "/sections/sync_history",
    "/sections/rostering",
    "/sections/provisioning",
    "/sections/engagement",
    "/reports/rostering_jobs/details?of=41",
    "/reports",
    "/reports/course_sync_log?filter=status:eq:error&sort=-attempted_count",
    "/reports/course_list?campus=NONE",
    "/records?q=U1",
    "/errors",
    "/help",
    "/learn-more",
    "/nothing-here",
)
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"color_scheme": "light", "viewport": {"width": 360, "height": 740}},
}
RUN = (
    "async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a',"
    " 'wcag21aa', 'best-practice']})).violations.map(found => [found.id, found.help,"
    " found.nodes.slice(0, 3).map(node => node.target.join(' '))])"
)


def violations(page: Page, source: str) -> list[Any]:
    """Open what folds, too: what is hidden is not looked at."""
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = 1)")
    page.evaluate(source)
    found: list[Any] = page.evaluate(RUN)
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return found + ([["scrolls sideways", width]] if width > 0 else [])


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_shuts_anyone_out(
    browser: Browser, url: str, token: str, look: str
) -> None:
    source = axe_source()
    found: dict[str, list[Any]] = {}
    with visiting(browser, url, reduced_motion="reduce", **LOOKS[look]) as visit:
        page = visit.page
        page.goto(f"{url}{DASHBOARD}/sign-in")
        found["/sign-in"] = violations(page, source)
        visit.sign_in(token)
        for path in PAGES:
            page.goto(f"{url}{DASHBOARD}{path}")
            found[path] = violations(page, source)
        page.goto(f"{url}{DASHBOARD}/records?q=U1")
        page.locator(".found a").first.click()
        page.wait_for_url("**/records/*")
        found["record"] = violations(page, source)
        page.get_by_role("link", name="Learn more").click()
        found["learn more"] = violations(page, source)
        # The browser's own word for an answer of 404.
        visit.complaints[:] = [each for each in visit.complaints if "404" not in each]

    assert {path: each for path, each in found.items() if each} == {}
