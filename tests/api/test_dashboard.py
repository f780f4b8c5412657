"""The dashboard over plain HTTP: who gets in, and what an address may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import oidc_provider_mock
import pytest
from fastapi.testclient import TestClient
from httpx import Client

from orchestration.home import Home
from reporting.accounts.tokens import revoke_token
from reporting.state import State
from support.served import publish_file
from support.service import client, expired_token, listening, make_token
from support.signing_in import form_token, sign_in

PATHS = (
    "/dashboard/",
    "/dashboard/sections/data_in",
    "/dashboard/reports",
    "/dashboard/reports/course_list",
    "/dashboard/reports/course_list/download?format=csv",
    "/dashboard/records?q=U1",
    "/dashboard/errors",
    "/dashboard/help",
    "/dashboard/learn-more",
)
ODD = ("'", '"><script>alert(1)</script>', "%00", "../..", "x" * 4000, "\N{SNOWMAN}")


@pytest.fixture
def pages(served_home: Home) -> Iterator[TestClient]:
    with client(served_home) as pages:
        yield pages


def test_without_a_session_every_page_leads_to_the_form_and_back(
    pages: TestClient, served_home: Home
) -> None:
    answers = [pages.get(path, follow_redirects=False) for path in PATHS]
    wanted = "/dashboard/reports/course_list?campus=DEN"
    asked = pages.get(wanted, follow_redirects=False).headers["location"]
    following = unescape(
        re.findall(r'name="next" value="([^"]*)"', pages.get(asked).text)[0]
    )
    answer = sign_in(pages, make_token(served_home), following)

    assert {answer.status_code for answer in answers} == {303}
    assert all("/sign-in" in each.headers["location"] for each in answers)
    assert answer.headers["location"] == wanted


def test_the_cookie_is_for_no_script_and_no_other_site(served_home: Home) -> None:
    token = make_token(served_home)
    with client(served_home) as pages:
        plain = sign_in(pages, token).headers["set-cookie"].lower()
    with client(served_home, service_url="https://rollbook.school.example") as pages:
        pages.base_url = "https://rollbook.school.example"  # type: ignore[assignment]
        secure = sign_in(pages, token).headers["set-cookie"].lower()

    for cookie in (plain, secure):
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "path=/dashboard" in cookie
        assert token.lower() not in cookie
    assert "secure" in secure
    assert "secure" not in plain


def test_a_form_of_another_site_is_refused(
    pages: TestClient, served_home: Home
) -> None:
    token = make_token(served_home)
    pages.get("/dashboard/sign-in")
    refused = [
        pages.post("/dashboard/sign-in", data={"token": token, **forged})
        for forged in ({}, {"form_token": ""}, {"form_token": "forged"})
    ]
    with client(served_home) as other:
        others = form_token(other.get("/dashboard/sign-in"))
    pages.get("/dashboard/sign-in")
    refused.append(
        pages.post("/dashboard/sign-in", data={"token": token, "form_token": others})
    )
    sign_in(pages, token)
    out = pages.post("/dashboard/sign-out", data={"form_token": "forged"})

    assert {answer.status_code for answer in [*refused, out]} == {403}
    assert pages.get("/dashboard/help", follow_redirects=False).status_code == 200


def test_a_session_ends_with_sign_out_also_for_a_copy_of_its_cookie(
    pages: TestClient, served_home: Home
) -> None:
    sign_in(pages, make_token(served_home))
    copy = dict(pages.cookies)
    form = form_token(pages.get("/dashboard/help"))
    out = pages.post(
        "/dashboard/sign-out", data={"form_token": form}, follow_redirects=False
    )
    with client(served_home) as other:
        other.cookies.update(copy)
        after = other.get("/dashboard/help", follow_redirects=False)

    assert out.status_code == 303
    assert after.status_code == 303


def test_a_token_that_does_not_count_opens_nothing(
    pages: TestClient, served_home: Home
) -> None:
    revoked = make_token(served_home)
    sign_in(pages, revoked)
    before = pages.get("/dashboard/help", follow_redirects=False)
    revoke_token(State(served_home), revoked.split("_")[1])
    after = pages.get("/dashboard/help", follow_redirects=False)
    answers = [
        sign_in(pages, token) for token in (revoked, expired_token(served_home), "x")
    ]

    assert before.status_code == 200
    assert after.status_code == 303
    assert {answer.status_code for answer in answers} == {401}
    assert all("unknown, expired or revoked" in each.text for each in answers)
    forged = dict(pages.cookies) | {"rollbook_session": "forged.session"}
    pages.cookies.clear()
    pages.cookies.update(forged)
    assert pages.get("/dashboard/help", follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example", "//evil.example", "/dashboard\\@evil", "/dashboardx", "x"],
)
def test_signing_in_leads_to_no_other_site(
    pages: TestClient, served_home: Home, elsewhere: str
) -> None:
    answer = sign_in(pages, make_token(served_home), elsewhere)

    assert answer.headers["location"] == "/dashboard"


def test_pages_may_not_be_kept_framed_or_load_from_elsewhere(
    pages: TestClient, served_home: Home
) -> None:
    sign_in(pages, make_token(served_home))
    for path in PATHS:
        headers = pages.get(path).headers
        assert headers["cache-control"] == "private, no-store"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
    style = re.findall(r'href="([^"]+style.css[^"]*)"', pages.get("/dashboard").text)[0]
    assert "immutable" in pages.get(style).headers["cache-control"]


@pytest.mark.parametrize("name", ["campus", "start", "tz", "sort", "filter", "q"])
def test_no_parameter_breaks_a_page_or_is_shown_as_markup(
    pages: TestClient, served_home: Home, name: str
) -> None:
    sign_in(pages, make_token(served_home))
    for text in ODD:
        for path in ("/reports/course_list", "/records", "/sections/data_in"):
            answer = pages.get(f"/dashboard{path}", params={name: text})
            assert answer.status_code < 500
            assert "<script>alert" not in answer.text


def test_dates_that_cannot_be_are_told_in_words(
    pages: TestClient, served_home: Home
) -> None:
    sign_in(pages, make_token(served_home))
    told = {
        query: pages.get(f"/dashboard/?{query}")
        for query in (
            "start=2026-03-10",
            "start=2026-03-10&end=2026-03-09",
            "start=yesterday&end=2026-03-09",
        )
    }

    assert {answer.status_code for answer in told.values()} == {422}
    for query, words in zip(
        told,
        ("end date is missing", "before the start date", "is no date"),
        strict=True,
    ):
        assert words in told[query].text


def test_an_administrator_signs_in_at_the_schools_provider(
    built_file: Path, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    publish_file(
        home,
        built_file,
        edit="insert into marts.dim_campuses (campus_id) values ('AUS');"
        " insert into marts.brg_campus_admins (campus_id, email)"
        " values ('DEN', 'ana@school.example')",
    )
    users = [
        oidc_provider_mock.User(sub="ana", claims={"email": "Ana@school.example"}),
        oidc_provider_mock.User(sub="nobody", claims={"email": "x@else.example"}),
    ]
    with (
        oidc_provider_mock.run_server_in_thread(user_claims=users) as provider,
        listening(
            home,
            openid_issuer=f"http://localhost:{provider.server_port}",
            openid_client_id="rollbook",
            openid_client_secret="secret",
        ) as url,
    ):
        answers = {}
        for sub in ("ana", "nobody"):
            with Client(base_url=url) as browser:
                begun = browser.get("/dashboard/sign-in/provider?next=/dashboard/help")
                sent = browser.post(begun.headers["location"], data={"sub": sub})
                back = browser.get(sent.headers["location"])
                landed = browser.get(back.headers.get("location", "/dashboard/help"))
                answers[sub] = (back.status_code, landed)

    status, landed = answers["ana"]
    assert (status, landed.status_code) == (303, 200)
    assert "How to read this dashboard" in landed.text
    assert 'value="DEN"' in landed.text
    assert 'value="AUS"' not in landed.text
    assert answers["nobody"][0] == 403
