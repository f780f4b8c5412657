"""Pages of other systems in a browser: filters, a job's own page, one story of all."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from support.browsing import Truth, Visit, total_of

pytestmark = pytest.mark.slow


def test_filters_suggest_narrow_and_lead_back(visit: Visit, truth: Truth) -> None:
    page = visit.open("/sections/provisioning")
    table = "reports.provisioning_report where campus_id = $campus"
    events = truth.one(f"select count(*) from {table}")
    active = truth.one(f"select count(*) from {table} and has_activity")
    assert (total_of(page), active < events) == (active, True)

    # With the keyboard alone: the switch, then a part of a name.
    page.get_by_label("Also events without activity").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**has_activity*")
    assert total_of(page) == events
    user = page.get_by_label("User", exact=True)
    assert page.locator("#table-user_name-list option").count() == 2
    with page.expect_response("**/suggestions*") as answer:
        user.press_sequentially("bo@")
    assert answer.value.json() == ["bo@school.test"]
    expect(page.locator("#table-user_name-list option")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**user_name*")
    assert total_of(page) == 1

    page.get_by_role("link", name="Clear filters").click()
    page.wait_for_url(lambda url: "filter" not in url)
    page.get_by_label("Sync Error").check()
    page.get_by_label("Authentication Failed").check()
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**event*in*")
    assert total_of(page) == 2
    assert page.get_by_label("Sync Error").is_checked()


def test_one_history_leads_to_a_jobs_errors_and_refreshes(
    visit: Visit, truth: Truth
) -> None:
    page = visit.open("/sections/sync_history")
    history = "reports.sync_history where campus_id = $campus"
    assert total_of(page) == truth.one(f"select count(*) from {history}")
    page.get_by_label("Canvas").check()
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**app*Canvas*")
    assert total_of(page) == truth.one(
        f"select count(*) from {history} and app = 'Canvas'"
    )

    page = visit.open("/sections/rostering")
    page.get_by_role("link", name="Refresh").click()
    page.get_by_role("link", name="41", exact=True).first.click()
    page.wait_for_url("**/details?**")
    page.get_by_text("Job JSON").click()
    expect(page.get_by_label("Job JSON of row 1")).to_contain_text("canvas raw answer")
    assert total_of(page, "#rostering_job_errors") == truth.one(
        "select count(*) from reports.rostering_job_errors"
        " where campus_id = $campus and job_id = '41'"
    )


def test_a_story_is_told_by_all_systems_and_of_one_campus(
    visit: Visit, truth: Truth
) -> None:
    page = visit.open("/records", q="UM1")
    page.locator(".found a").first.click()
    page.wait_for_url("**/records/*")
    counts = dict(
        truth.rows(
            "select event, count(*) from reports.record_story($campus, 'user:U1')"
            " group by event"
        )
    )

    for name, event in (("OneRoster", "oneroster"), ("Canvas", "canvas")):
        page.get_by_role("link", name=f"{name} {counts[event]}").click()
        page.wait_for_url(f"**event={event}*")
        expect(page.locator(".timeline > li")).to_have_count(counts[event])
    expect(page.locator("main")).not_to_contain_text("secret")
