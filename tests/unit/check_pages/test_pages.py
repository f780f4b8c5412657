"""The checks' pages tell what the ledgers tell, and load nothing from anywhere."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from expectations.results import CheckResult, Severity
from orchestration.check_ledger import forget_results, save_results
from orchestration.check_pages import history
from orchestration.check_pages.history import FailedRun
from orchestration.check_pages.pages import write_pages
from orchestration.erase.stores import remove_warehouse
from orchestration.home import Home
from orchestration.publish import records
from support.warehouses import AS_OF, publish_courses, verdict

KEYS = "keys_unique"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    return home


class Page(HTMLParser):
    """What a page shows, what it loads, and where its links lead."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        if tag == "a":
            self.links.append(str(given["href"]))
        self.loaded += [
            str(value)
            for name, value in given.items()
            if name in ("src", "srcset", "data", "action", "poster", "xlink:href")
            or (name == "href" and tag != "a")
        ]

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def sought(self) -> list[str]:
        """Everything that a browser would fetch to show the page."""
        in_styles = re.findall(r"url\(|@import", self.text)
        return [*self.loaded, *in_styles, *re.findall(r"https?://\S+", self.text)]


def index(home: Home) -> Page:
    return Page(home.check_pages / "index.html")


def test_before_anything_was_published_there_is_no_page(home: Home) -> None:
    write_pages(home)

    assert not home.check_pages.exists()


def test_a_page_tells_each_check_with_its_verdict(home: Home) -> None:
    passed = verdict(KEYS, passed=True, severity=Severity.BLOCKING)
    publish_courses(home, "K1", audited=(passed,))

    write_pages(home)

    page = index(home)
    assert "1 warning" in page.text
    for told in ("few_bad_rows", KEYS, "course_list", "2 rows of 10", "no row"):
        assert told in page.text
    assert '{"course_id":"K1"}' in page.text


def test_no_page_loads_anything(home: Home) -> None:
    for day in range(2):
        publish_courses(home, "K1", day=day, audited=(verdict(KEYS, passed=True),))
        write_pages(home)

    pages = sorted(home.check_pages.rglob("*.html"))

    assert len(pages) == 3
    for file in pages:
        page = Page(file)
        assert page.sought == []
        assert not {"script", "link", "iframe", "img", "object", "embed"} & set(
            page.tags
        )
        assert "prefers-color-scheme: dark" in page.text
        for link in page.links:
            assert (file.parent / link).is_file(), link


def test_what_rows_hold_stays_text(home: Home) -> None:
    hostile = "<script src='http://there.example/x.js'>alert(1)</script>"
    found = replace(verdict(KEYS, passed=False), failing_rows=(hostile,))
    publish_courses(home, "K1", audited=(found,))

    write_pages(home)

    page = index(home)
    assert "script" not in page.tags
    assert page.loaded == []
    assert hostile in page.text


def held(home: Home, *results: CheckResult, is_held: bool = True) -> None:
    forget_results(home)
    save_results(home, "landing", results)
    write_pages(home, failure=FailedRun("run-9", AS_OF.isoformat(), is_held=is_held))


def test_a_held_run_is_what_the_index_shows(home: Home) -> None:
    publish_courses(home, "K1", audited=(verdict(KEYS, passed=True),))
    write_pages(home)

    held(home, verdict("rows_kept", passed=False, severity=Severity.BLOCKING))

    page = index(home)
    assert "A check held this run" in page.text
    assert "rows_kept" in page.text
    assert KEYS not in page.text
    assert "The run did not come this far." in page.text
    assert [link for link in page.links if link.startswith("runs/000001-")]


def test_a_run_that_failed_otherwise_is_not_called_held(home: Home) -> None:
    held(home, is_held=False)

    page = index(home)
    assert "This run published nothing" in page.text
    assert "Held" not in page.text


def test_the_next_publication_takes_the_index_back(home: Home) -> None:
    held(home, verdict("rows_kept", passed=False, severity=Severity.BLOCKING))
    publish_courses(home, "K1")

    write_pages(home)

    assert "A check held this run" not in index(home).text


def test_a_check_shows_its_last_verdicts(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "STRIP_LENGTH", 3)
    for day, passed in enumerate((False, True, True, False)):
        publish_courses(home, "K1", day=day, audited=(verdict(KEYS, passed=passed),))

    newest = history.read_runs(home)[-1]

    (shown,) = [check for check in newest.checks if check.result.check == KEYS]
    assert [each.kind for each in shown.strip] == ["passed", "passed", "warning"]
    assert [each.run_name[:6] for each in shown.strip] == ["000002", "000003", "000004"]


def test_pages_of_publications_that_are_not_at_hand_go(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "RECENT_PUBLICATIONS", 1)
    for day in range(2):
        publish_courses(home, "K1", day=day)
        write_pages(home)

    names = [page.name[:6] for page in sorted(home.check_pages.glob("runs/*.html"))]
    assert names == ["000002"]


def test_an_erasure_removes_what_quotes_rows(home: Home) -> None:
    publish_courses(home, "K1")
    write_pages(home)

    remove_warehouse(home)

    assert not home.check_pages.exists()
    write_pages(home)
    assert "few_bad_rows" in index(home).text
