"""What people do beside reading numbers: sign in, choose, search, use the keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from orchestration.home import Home
from support.browsing import DASHBOARD, Truth, Visit, total_of, visiting
from support.service import make_token

pytestmark = pytest.mark.slow


def focused(page: Page) -> str:
    """What has the focus, as a screen reader would name it."""
    name: str = page.evaluate(
        "() => { const at = document.activeElement;"
        " return at.getAttribute('aria-label') || at.innerText || at.id; }"
    )
    return name.strip()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until it is there."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if focused(page) == name:
            return
    raise AssertionError(f"no Tab leads to {name!r}")


def test_the_drop_down_holds_the_tokens_campuses_and_no_other(visit: Visit) -> None:
    page = visit.open("/")
    campus = page.get_by_label("Campus", exact=True)

    assert campus.locator("option").all_inner_texts() == [
        "Denver Campus",
        "Idle Campus",
        "No-job Campus",
    ]
    assert campus.input_value() == "DEN"
    campus.select_option("IDLE")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**campus=IDLE*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Idle Campus")


def test_an_empty_report_says_why(visit: Visit) -> None:
    reasons = {}
    for campus in ("IDLE", "NONE"):
        page = visit.open("/reports/course_sync_log", campus=campus)
        reasons[campus] = page.locator(".no-results").inner_text()
    page = visit.open("/sections/integrations", campus="NONE")
    no_job = page.locator(".no-results").inner_text()

    assert all(text.startswith("No results!") for text in reasons.values())
    assert "Nothing is recorded for this campus from" in reasons["IDLE"]
    assert "No integration job for courses is enabled" in reasons["NONE"]
    assert "No integration job is enabled at this campus" in no_job


def test_a_campus_of_others_looks_like_none(
    browser: Browser, url: str, token: str
) -> None:
    told = {}
    with visiting(browser, url, token) as visit:
        for campus in ("ELSE", "NOWHERE"):
            for path in ("/", "/sections/data_in", "/reports/user_list", "/records"):
                answer = visit.page.goto(f"{url}{DASHBOARD}{path}?campus={campus}")
                assert answer is not None
                assert answer.status == 404
                told[campus, path] = visit.page.content().replace(campus, "?")
        # The browser's own word for an answer of 404.
        visit.complaints[:] = [each for each in visit.complaints if "404" not in each]

    for (_, path), text in told.items():
        assert text == told["NOWHERE", path]


def test_learn_more_opens_and_closes_by_x_and_esc(visit: Visit) -> None:
    page = visit.open("/", campus="DEN")
    window = page.locator("dialog#learn-more")
    for close in ("x", "esc"):
        page.get_by_role("link", name="Learn more").click()
        expect(window).to_be_visible()
        if close == "x":
            window.get_by_role("button", name="Close").click()
        else:
            page.keyboard.press("Escape")
        expect(window).to_be_hidden()
    page.get_by_role("link", name="Learn more").click()
    hrefs = [each.get_attribute("href") for each in window.get_by_role("link").all()]

    assert window.get_by_role("link").all_inner_texts() == [
        "How to read this dashboard",
        "API documentation",
        "Error dictionary",
        "Report an incident",
    ]
    for href in hrefs:
        answer = page.request.get(f"{visit.url}{href}")
        assert answer.ok, href


def test_the_keyboard_alone_reaches_everything(
    browser: Browser, url: str, token: str
) -> None:
    with visiting(browser, url) as visit:
        page = visit.open("/sign-in")
        page.keyboard.press("Tab")
        page.keyboard.insert_text(token)
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Sign out").wait_for()

        page.goto(f"{url}{DASHBOARD}/reports/course_sync_log?campus=DEN")
        page.keyboard.press("Tab")
        assert focused(page) == "Skip to the content"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.getElementById('main').contains(document.activeElement)"
        )
        tab_to(page, "Download Course data sync log")
        menu = page.locator("details.download")
        expect(menu).to_have_css("opacity", "1")
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name=".csv")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("link", name=".csv")).to_be_hidden()
        assert focused(page) == "Download Course data sync log"
        tab_to(page, "Next page of Course data sync log")
        page.keyboard.press("Enter")
        page.wait_for_url("**page=2*")
        tab_to(page, "Sign out")
        page.keyboard.press("Enter")
        page.get_by_text("You are signed out.").wait_for()


def test_a_record_is_found_by_each_of_its_names_and_tells_its_story(
    visit: Visit, truth: Truth
) -> None:
    for name in ("U1", "UM1", "1001", "ana.li@school.test"):
        page = visit.open("/records", campus="DEN")
        page.get_by_label("Identifier").fill(name)
        page.get_by_role("button", name="Find").click()
        page.get_by_role("link", name="Ana Li").first.click()
        page.wait_for_url("**/records/*")
        assert page.get_by_role("heading", level=1).inner_text() == "Ana Li"

    story = "reports.record_story('DEN', 'user:U1')"
    shown = page.locator(".timeline > li").count()
    tabs = " ".join(page.locator(".timeline-card .tabs a").all_inner_texts())
    assert shown == min(25, truth.one(f"select count(*) from {story}"))
    for label, event in (("Roster", "roster"), ("Sync attempts", "attempt")):
        count = truth.one(f"select count(*) from {story} where event = '{event}'")
        assert f"{label} {count}" in tabs
    times = [
        each.get_attribute("datetime")
        for each in page.locator(".timeline > li > .when time").all()
    ]
    assert times == sorted((each for each in times if each), reverse=True)
    page = visit.open("/records", campus="DEN", q="nobody-has-this")
    assert "No results!" in page.locator("main").inner_text()


def test_anomalies_stand_by_gravity_with_evidence_and_next_step(
    visit: Visit, truth: Truth
) -> None:
    page = visit.open("/sections/anomalies", campus="DEN")
    is_open = "from reports.sync_anomalies where campus_id = $campus and is_open"
    chips = [
        each.locator(".chip").first.inner_text()
        for each in page.locator(".anomaly").all()
    ]
    card = page.locator(".anomaly", has_text="Finding").first
    card.get_by_text("Evidence").click()

    assert total_of(page) == truth.one(f"select count(*) {is_open}")
    assert chips == sorted(chips)
    assert "Finding <b>" in card.inner_text()
    assert "Next (school): Correct the course." in card.inner_text()
    assert re.search(r"Request ID\s+r-1", card.inner_text())
    card.get_by_role("link", name="The record's story").click()
    page.wait_for_url("**/records/*")
    page = visit.open("/sections/anomalies", campus="DEN")
    page.get_by_role("link", name=re.compile("^Critical")).click()
    page.wait_for_url("**severity*")
    assert total_of(page) == truth.one(
        f"select count(*) {is_open} and severity = 'critical'"
    )


def test_every_report_of_the_catalogue_has_a_page(visit: Visit, truth: Truth) -> None:
    for name, title in truth.rows("select name, title from marts.report_catalog"):
        page = visit.open(f"/reports/{name}", campus="DEN")
        assert page.get_by_role("heading", level=1).inner_text() == title
    page = visit.open("/reports", campus="DEN")
    assert page.locator(".catalog h3").count() == truth.one(
        "select count(*) from marts.report_catalog"
    )


def test_a_filter_is_added_and_removed_again(visit: Visit, truth: Truth) -> None:
    page = visit.open("/reports/course_sync_log", campus="DEN")
    every = total_of(page)
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Column").select_option("status")
    page.get_by_label("Value").fill("error")
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**filter=*")
    failed = total_of(page)
    page.get_by_role("link", name=re.compile("remove this filter")).click()
    page.wait_for_url(re.compile("^[^?]*[?]campus=DEN$"))

    assert failed == truth.one(
        "select count(*) from reports.course_sync_log where status = 'error'"
    )
    assert total_of(page) == every > failed > 0


def test_everything_works_without_script(
    browser: Browser, url: str, token: str
) -> None:
    with visiting(browser, url, token, java_script_enabled=False) as visit:
        page = visit.page
        page.get_by_role("link", name="Learn more").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Learn more"
        page.get_by_role("link", name="Data in").click()
        page.get_by_role("link", name="Users", exact=True).click()
        page.wait_for_url("**group=Users*")
        assert total_of(page, "#user_list") > 0


def test_on_paper_only_the_content_is_left(visit: Visit) -> None:
    page = visit.open("/sections/data_in", campus="DEN")
    page.emulate_media(media="print")

    for hidden in (".side", ".top-actions", ".scope", ".download"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator("#course_list table")).to_be_visible()
    expect(page.locator(".foot")).to_be_visible()


def test_an_analyst_sees_no_name_and_finds_by_no_address(
    browser: Browser, url: str, dashboard_home: Home
) -> None:
    token = make_token(dashboard_home, "DEN", role="analyst")
    with visiting(browser, url, token) as visit:
        page = visit.open("/reports/user_list", campus="DEN")
        listed = page.locator("main").inner_text()
        page = visit.open("/records", campus="DEN", q="ana.li@school.test")
        found = page.locator("main").inner_text()

    assert "Ortiz" not in listed
    assert "school.test" not in listed
    assert "No results!" in found
