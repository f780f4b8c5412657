"""What the pages say is what the warehouse holds."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from support.browsing import DASHBOARD, Truth, Visit, total_of, visiting

TYPES = ("course", "user", "course_member", "attendance_session")
COUNTED = {
    ("system_data_summary", "existing"): "{}_list where existed_before",
    ("system_data_summary", "created"): "{}_list where created_in_range",
    ("system_data_summary", "updated"): "{}_list where updated_in_range",
    ("system_data_summary", "archived"): "{}_list where is_archived",
    ("attempted_data_syncs", "distinct_syncs"): "{}_sync_log where true",
    ("attempted_data_syncs", "distinct_errors"): "{}_sync_log where status = 'error'",
    ("attempted_data_syncs", "last_errors"): (
        "{}_sync_log where status = 'error' and last_attempt = '*'"
    ),
}
LONG = ("course_sync_log", "attendance_session_sync_log")


def column_of(page: Page, label: str, scope: str = "main") -> list[str]:
    """The texts of a column, as the head names it."""
    cells: Locator = page.locator(f'{scope} tbody td[data-label="{label}"]')
    return [each.strip() for each in cells.all_inner_texts()]


def test_the_overview_answers_with_the_numbers_of_the_warehouse(
    visit: Visit, truth: Truth
) -> None:
    page = visit.open("/", campus="DEN")

    waiting = truth.one("select sum(last_errors) from reports.attempted_data_syncs")
    critical = truth.one(
        "select count(*) from reports.sync_anomalies"
        " where is_open and severity = 'critical' and campus_id = $campus"
    )
    tried, failed = truth.rows(
        "select sum(attempted_count), sum(error_count) from reports.daily_data_syncs"
    )[0]
    verdict = page.locator(".verdict").inner_text()
    assert "Your data needs attention." in verdict
    assert f"{critical} critical anomal" in verdict
    assert f"The last attempt failed for {waiting} records" in verdict
    tile = page.get_by_role("region", name="Attempts that failed").inner_text()
    assert f"{failed} of {tried} attempts" in tile
    assert f"{100 * failed / tried:.1f}" in tile
    assert page.locator(".chart svg path").count() > 4


@pytest.mark.slow
def test_every_number_of_a_summary_leads_to_as_many_records(
    visit: Visit, truth: Truth
) -> None:
    for (report, column), counted in COUNTED.items():
        for place, kind in enumerate(TYPES):
            page = visit.open("/sections/data_in", campus="DEN")
            label = column.capitalize().replace("_", " ")
            cell = page.locator(f'#{report} td[data-label="{label}"] a').nth(place)
            shown = int(cell.inner_text().replace(",", ""))
            cell.click()
            page.wait_for_url("**/reports/*")

            # A sync that ended in two ways is one, and has two rows in its log.
            key = "(record_key, operation, params)" if "sync_log" in counted else "*"
            counts = truth.rows(
                f"select {'count(*)' if key == '*' else f'count(distinct {key})'},"
                f" count(*) from reports.{counted.format(kind)} and campus_id = $campus"
            )
            if column == "distinct_errors":
                counts = [(counts[0][1], counts[0][1])]
            assert [(shown, total_of(page))] == counts, (report, column, kind)


@pytest.mark.slow
@pytest.mark.parametrize("report", LONG)
def test_rows_come_nine_a_page_in_the_reports_order(
    visit: Visit, truth: Truth, report: str
) -> None:
    page = visit.open(f"/reports/{report}", campus="DEN")
    pages = []
    while True:
        keys = page.locator("td a[title]")
        pages.append(keys.evaluate_all("links => links.map(link => link.title)"))
        following = page.get_by_role("link", name="Next page")
        if following.count() == 0:
            break
        following.click()

    expected = truth.rows(
        f"select record_key from reports.{report} where campus_id = $campus"
        f" order by {truth.order(report)}"
    )
    assert [len(each) for each in pages[:-1]] == [9] * (len(pages) - 1)
    assert len(pages) > 1
    assert [key for each in pages for key in each] == [row[0] for row in expected]


@pytest.mark.slow
def test_a_click_on_a_head_sorts_and_a_third_one_goes_back(visit: Visit) -> None:
    page = visit.open("/reports/course_sync_log", campus="DEN")
    head = page.get_by_role("columnheader", name="Attempted", exact=True)
    before = column_of(page, "Attempted")
    seen = {}
    for direction in ("ascending", "descending"):
        head.get_by_role("link").click()
        assert head.get_attribute("aria-sort") == direction
        seen[direction] = [int(each) for each in column_of(page, "Attempted")]
    head.get_by_role("link").click()

    assert seen["ascending"] == sorted(seen["ascending"])
    assert seen["descending"] == sorted(seen["descending"], reverse=True)
    assert seen["ascending"][0] < seen["descending"][0]
    assert head.get_attribute("aria-sort") is None
    assert column_of(page, "Attempted") == before


@pytest.mark.slow
def test_the_three_downloads_hold_every_row_of_the_report(
    visit: Visit, truth: Truth, tmp_path: Path
) -> None:
    page = visit.open("/reports/course_sync_log", campus="DEN")
    menu = page.get_by_label("Download Course data sync log")
    details = page.locator("details.download")
    expect(details).to_have_css("opacity", "0")
    page.locator("section.report").hover()
    expect(details).to_have_css("opacity", "1")
    saved = {}
    for name in ("csv", "xlsx", "json"):
        menu.click()
        with page.expect_download() as downloading:
            page.get_by_role("link", name=f".{name}", exact=True).click()
        saved[name] = tmp_path / downloading.value.suggested_filename
        downloading.value.save_as(saved[name])
        menu.click()

    rows = truth.rows(
        "select record_key, status, coalesce(message, ''), attempted_count"
        " from reports.course_sync_log where campus_id = $campus"
        f" order by {truth.order('course_sync_log')}"
    )
    wanted = ("record_key", "status", "message", "attempted_count")
    text = io.StringIO(saved["csv"].read_text(encoding="utf-8-sig"))
    table = [[row[each] for each in wanted] for row in csv.DictReader(text)]
    sheet = openpyxl.load_workbook(saved["xlsx"]).worksheets[0]
    head, *body = sheet.iter_rows(values_only=True)
    cells = [dict(zip(head, row, strict=True)) for row in body]
    answer = json.loads(saved["json"].read_text(encoding="utf-8"))
    found = answer["rows"] if isinstance(answer, dict) else answer
    assert saved["csv"].name.startswith("course_sync_log_DEN_2026-03-")
    assert table == [[str(value) for value in row] for row in rows]
    for each in (cells, found):
        assert [tuple(row[name] or "" for name in wanted) for row in each] == rows


@pytest.mark.slow
def test_the_last_attempt_is_light_blue_and_said_in_words(
    visit: Visit, truth: Truth
) -> None:
    page = visit.open("/reports/course_sync_log", campus="DEN")
    rows = page.locator("tbody tr").all()
    expected = truth.rows(
        "select last_attempt = '*' from reports.course_sync_log"
        f" where campus_id = $campus order by {truth.order('course_sync_log')} limit 9"
    )

    for row, (is_last,) in zip(rows, expected, strict=True):
        colour = row.evaluate("row => getComputedStyle(row.cells[0]).backgroundColor")
        assert (colour == "rgb(220, 235, 253)") == bool(is_last)
        assert ("Last attempt" in row.inner_text()) == bool(is_last)


@pytest.mark.slow
@pytest.mark.parametrize("zone", ["Asia/Manila", "America/Los_Angeles"])
def test_times_are_in_the_zone_of_the_browser(
    browser: Browser, url: str, token: str, truth: Truth, zone: str
) -> None:
    with visiting(browser, url, token, timezone_id=zone) as visit:
        page = visit.open("/reports/course_sync_log", campus="DEN")
        page.wait_for_load_state("networkidle")
        shown = column_of(page, "Last attempted")
        foot = page.locator(".foot").inner_text()

    expected: list[tuple[datetime]] = truth.rows(
        "select last_attempted_at from reports.course_sync_log"
        f" where campus_id = $campus order by {truth.order('course_sync_log')} limit 9"
    )
    local = [row[0].astimezone(UTC).astimezone(ZoneInfo(zone)) for row in expected]
    assert shown == [f"{each.day} {each:%b %Y, %H:%M}" for each in local]
    assert f"times in {zone}" in foot


@pytest.mark.slow
def test_chosen_days_are_days_of_the_readers_clock(visit: Visit, truth: Truth) -> None:
    page = visit.open("/sections/data_in", campus="DEN")
    page.get_by_label("Start date").fill("2026-03-10")
    page.get_by_label("End date").fill("2026-03-10")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**start=2026-03-10*")

    found = truth.rows(
        "select distinct_syncs from reports.attempted_data_syncs_between($campus,"
        " timestamptz '2026-03-10 06:00:00+00', timestamptz '2026-03-11 06:00:00+00')"
        " where record_type = 'course'"
    )
    shown = column_of(page, "Distinct syncs", "#attempted_data_syncs")
    assert shown[0] == str(found[0][0] if found else 0)
    assert "10 Mar 2026" in page.locator(".foot").inner_text()
    assert f"{DASHBOARD}/sections/data_in" in page.url
