"""Pages of the other systems: filters, a job's page, what is set up, whose rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest
from fastapi.testclient import TestClient

from orchestration.home import Home
from reporting.catalog import Column
from reporting.errors import BadParameterError
from reporting.filters import Filter
from support.compiled import CompiledProject
from support.other_systems import other_systems
from support.served import publish_file
from support.service import client, make_token
from support.signing_in import sign_in

DASHBOARD = "/dashboard"
PAGES = (
    *("/sections/sync_history", "/sections/rostering", "/sections/provisioning"),
    *("/sections/engagement?group=all", "/reports/rostering_jobs/details?of=41"),
    *("/reports/sync_history/details?of=canvas%3A41", "/reports/roster_records"),
    "/sections/provisioning?facets=1&facet.has_activity=1&facet.user_name=ana.li",
)


@pytest.fixture(scope="session")
def systems_home(
    project: CompiledProject, built_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Home:
    home = Home(tmp_path_factory.mktemp("systems") / "home")
    publish_file(home, built_file, edit=other_systems(project))
    return home


@pytest.fixture
def pages(systems_home: Home) -> Iterator[TestClient]:
    with client(systems_home) as pages:
        sign_in(pages, make_token(systems_home, "DEN"))
        yield pages


def column(text: str, label: str) -> list[str]:
    """The cells of a column, as people read them."""
    cells = re.findall(rf'data-label="{label}" class="[^"]*">(.*?)</td>', text, re.S)
    return [unescape(re.sub(r"<[^>]+>", "", each)).strip() for each in cells]


def filters_of(address: object) -> list[str]:
    return parse_qs(urlsplit(str(address)).query).get("filter", [])


def test_events_without_activity_are_hidden_until_they_are_asked_for(
    pages: TestClient,
) -> None:
    hidden = pages.get(f"{DASHBOARD}/sections/provisioning")
    shown = pages.get(
        f"{DASHBOARD}/sections/provisioning?facets=1&facet.has_activity=1"
    )
    file = pages.get(
        f"{DASHBOARD}/reports/provisioning_report/download?format=csv"
        "&filter=has_activity:eq:true"
    )

    assert len(column(hidden.text, "Event")) == 5
    assert len(column(shown.text, "Event")) == 6
    assert "nothing new" not in hidden.text
    assert "nothing new" in shown.text
    # The download holds what the page shows.
    href = unescape(re.findall(r'href="([^"]*format=csv[^"]*)"', hidden.text)[0])
    assert pages.get(href).text == file.text
    assert len(file.text.strip().splitlines()) == 6


def test_a_form_becomes_filters_of_the_address_and_clears_them(
    pages: TestClient,
) -> None:
    asked = pages.get(
        f"{DASHBOARD}/sections/provisioning?facets=1"
        "&facet.event=Authentication&facet.event=Sync+Error"
    )
    known = pages.get(
        f"{DASHBOARD}/sections/provisioning?facets=1&facet.user_name=bo@school.test"
    )
    typed = pages.get(f"{DASHBOARD}/sections/provisioning?facets=1&facet.user_name=LI@")

    assert filters_of(asked.url) == ["event:in:Authentication,Sync Error"]
    assert sorted(column(asked.text, "Event")) == ["Authentication", "Sync Error"]
    assert filters_of(known.url) == ["user_name:eq:bo@school.test"]
    assert column(known.text, "Event") == ["Authentication Failed"]
    assert filters_of(typed.url) == ["user_name:contains:LI@"]
    assert column(typed.text, "Event") == ["Authentication"]
    clear = unescape(re.findall(r'href="([^"]*)">Clear filters', asked.text)[0])
    assert filters_of(clear) == []
    assert len(column(pages.get(clear).text, "Event")) == 5


def test_values_are_suggested_from_the_campus_of_the_page(pages: TestClient) -> None:
    path = f"{DASHBOARD}/reports/provisioning_report/suggestions"

    assert pages.get(path, params={"column": "user_name", "q": "AN"}).json() == [
        "ana.li@school.test"
    ]
    assert pages.get(path, params={"column": "syncprofile_name"}).json() == [
        "Staff",
        "Students",
    ]
    assert pages.get(path, params={"column": "none"}).status_code == 422
    other = {"column": "user_name", "campus": "ELSE"}
    assert pages.get(path, params=other).status_code == 404


def test_one_history_holds_every_system_and_narrows_to_several(
    pages: TestClient,
) -> None:
    every = pages.get(f"{DASHBOARD}/sections/sync_history")
    two = pages.get(
        f"{DASHBOARD}/sections/sync_history?facets=1"
        "&facet.app=Canvas&facet.app=Cloudwork"
    )
    choices = re.findall(r'name="facet.app" value="([^"]*)"', every.text)

    assert choices == ["Canvas", "Cloudwork", "OneRoster CSV", "SIS"]
    assert "of 46<" in every.text
    assert " of 9<" in two.text
    assert set(column(two.text, "App")) == {"Canvas", "Cloudwork"}


def test_a_jobs_page_has_its_json_its_errors_and_their_file(pages: TestClient) -> None:
    listed = pages.get(f"{DASHBOARD}/sections/rostering")
    href = re.findall(r'href="([^"]*/rostering_jobs/details[^"]*of=41)"', listed.text)
    page = pages.get(unescape(href[0])).text
    file = re.findall(r'href="([^"]*job_errors/download[^"]*format=csv[^"]*)"', page)
    rows = list(csv.DictReader(io.StringIO(pages.get(unescape(file[0])).text)))

    assert "canvas raw answer" not in listed.text
    assert "&#34;note&#34;: &#34;canvas raw answer&#34;" in page
    assert column(page, "Severity") == ["Warning", "Error", "Error", "Error"]
    assert [(each["file_name"], each["line_number"]) for each in rows] == [
        ("courses.csv", "3"),
        ("enrollments.csv", "2"),
        ("users.csv", "7"),
        ("users.csv", "8"),
    ]
    assert {each["job_id"] for each in rows} == {"41"}
    gone = pages.get(f"{DASHBOARD}/reports/rostering_jobs/details?of=999")
    assert gone.status_code == 404


def test_imports_of_rosters_stand_beside_the_jobs(pages: TestClient) -> None:
    text = pages.get(f"{DASHBOARD}/sections/rostering").text
    imports = text[text.index("OneRoster imports") :]

    assert column(imports, "Status") == ["Warning"]
    assert column(imports, "Source") == ["district"]


def test_sources_say_when_they_are_due_and_what_is_wrong(pages: TestClient) -> None:
    rostering = pages.get(f"{DASHBOARD}/sections/rostering?tz=America/Denver").text
    engagement = pages.get(f"{DASHBOARD}/sections/engagement").text

    assert "<code>15 * * * *</code> in America/Denver" in rostering
    assert "<code>0 3 * * *</code> in UTC" in rostering
    assert "13 Mar 2026, 00:15" in rostering  # as_of is 06:00 UTC, midnight in Denver
    assert "Could not be read" in engagement
    assert "it was away" in engagement


def test_a_page_without_a_source_says_what_to_do(systems_home: Home) -> None:
    with client(systems_home) as pages:
        sign_in(pages, make_token(systems_home, "ELSE"))
        provisioning = pages.get(
            f"{DASHBOARD}/sections/provisioning?start=2026-01-01&end=2026-01-02"
        ).text
        engagement = pages.get(f"{DASHBOARD}/sections/engagement").text

    assert "No Cloudwork source is set up for this campus" in provisioning
    assert "see docs/systems.md" in engagement


@pytest.mark.parametrize("path", PAGES)
def test_no_page_shows_a_row_of_another_campus(pages: TestClient, path: str) -> None:
    mine = pages.get(f"{DASHBOARD}{path}")
    mark = "&" if "?" in path else "?"

    assert mine.status_code == 200
    assert "secret" not in mine.text
    assert pages.get(f"{DASHBOARD}{path}{mark}campus=ELSE").status_code == 404


def test_an_analyst_sees_no_person_on_any_page(systems_home: Home) -> None:
    with client(systems_home) as pages:
        sign_in(pages, make_token(systems_home, "DEN", role="analyst"))
        texts = [pages.get(f"{DASHBOARD}{path}").text for path in PAGES]
        suggested = pages.get(
            f"{DASHBOARD}/reports/provisioning_report/suggestions?column=user_name"
        )

    for text in texts:
        assert not re.search("ana.li@school|Ada Admin|raw answer", text, re.I)
    assert "facet.event" in texts[2]
    assert "facet.user_name" not in texts[2]
    assert suggested.status_code == 403


def test_in_takes_values_with_commas_and_quotes() -> None:
    values = ("a,b", 'c"d', "e:f", "g h")
    found = Filter.parse(str(Filter.any_of("app", values)))
    bound: list[object] = []

    assert found.values == values
    text = Column("app", "varchar", "", is_personal=False)
    assert found.condition('"app"', text, bound).count("cast(") == 4
    assert bound == list(values)
    with pytest.raises(BadParameterError):
        Filter.parse("n:in:1,x").check(Column("n", "bigint", "", is_personal=False))
    assert Filter.parse("app:in:").condition('"app"', text, []) == "false"


ELSEWHERE = (
    "select event, title, coalesce(sync_id, source), message"
    " from reports.record_story($1, $2)"
    " where event in ('oneroster', 'canvas', 'cloudwork', 'echo360')"
)
STORIES = {
    # The user U1 is UM1 in the roster files, 1001 in Canvas, an address elsewhere.
    "user:U1": [
        ("cloudwork", "Authentication", "clouds", "signed in"),
        ("echo360", "notes", "echo", None),
        ("cloudwork", "Sync Error", "clouds", "UM1 could not be made"),
        ("echo360", "viewsessions", "echo", "Welding 1"),
        ("oneroster", "users updated", "district:tue:2", "UM1"),
        ("canvas", "error", "canvas:41", "User 1001 has no login_id"),
        ("canvas", "error", "canvas:41", "ana.li@school.test is in use."),
        ("oneroster", "enrollments new", "district:mon:1", "E-1"),
        ("oneroster", "users new", "district:mon:1", "UM1"),
    ],
    # The warning is of MAP1; the error names MAP1x, which is another course.
    "course:K1": [
        ("echo360", "notes", "echo", None),
        ("echo360", "viewsessions", "echo", "Welding 1"),
        ("canvas", "warning", "canvas:41", "Course MAP1: no term given"),
        ("oneroster", "classes new", "district:mon:1", "MAP1"),
        ("oneroster", "enrollments new", "district:mon:1", "E-1"),
    ],
    # Of U1 in K1: only what is of both.
    "course_member:M1": [
        ("echo360", "notes", "echo", None),
        ("echo360", "viewsessions", "echo", "Welding 1"),
        ("oneroster", "enrollments new", "district:mon:1", "E-1"),
    ],
    "user:U6": [],
    "attendance_session:A1": [],
}


@pytest.mark.parametrize("key", STORIES)
def test_a_story_tells_what_every_system_says(systems_home: Home, key: str) -> None:
    with duckdb.connect(str(systems_home.published_file), read_only=True) as session:
        told = session.execute(ELSEWHERE, ["DEN", key]).fetchall()
        elsewhere = session.execute(ELSEWHERE, ["ELSE", key]).fetchall()

    assert told == STORIES[key]
    assert elsewhere == []


def test_the_page_of_a_record_tells_it_with_links_and_by_system(
    pages: TestClient,
) -> None:
    found = pages.get(f"{DASHBOARD}/records?q=UM1").text
    href = unescape(re.findall(r'href="([^"]*/records/[^"]+)"', found)[0])
    page = pages.get(href).text
    canvas = pages.get(f"{href}&event=canvas").text
    imported = re.findall(r'href="([^"]*/sync_history/details[^"]*)"', canvas)

    assert "<strong>grades</strong>: <del>09</del>" in page
    assert "secret" not in page
    assert "User 1001 has no login_id" in canvas
    assert "Welding 1" not in canvas
    assert {parse_qs(urlsplit(unescape(each)).query)["of"][0] for each in imported} == {
        "canvas:41"
    }
    assert "Ada Admin" in pages.get(unescape(imported[0])).text


def test_an_analysts_story_holds_no_word_of_it(systems_home: Home) -> None:
    with client(systems_home) as pages:
        sign_in(pages, make_token(systems_home, "DEN", role="analyst"))
        found = pages.get(f"{DASHBOARD}/records?q=UM1").text
        href = unescape(re.findall(r'href="([^"]*/records/[^"]+)"', found)[0])
        page = pages.get(href).text

    assert "User updated" in page
    assert not re.search(
        "ana.li|login_id|could not be made|Welding 1|<del>", page, re.I
    )
