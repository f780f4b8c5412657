"""Signing in with a real OpenID Connect provider, over sockets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import oidc_provider_mock
import pytest

from orchestration.home import Home
from support.served import publish_file
from support.service import API, bearer, client, listening

ADMIN, STRANGER, UNVERIFIED = "Ana@school.example", "x@other.example", "u@x.example"
ADMINS = f"""
insert into marts.dim_campuses (campus_id) values ('AUS');
insert into marts.brg_campus_admins (campus_id, email) values
('DEN', 'ana@School.example'), ('DEN', '{UNVERIFIED}'), ('AUS', 'z@school.example')
"""


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    users = [
        oidc_provider_mock.User(sub="ana", claims={"email": ADMIN}),
        oidc_provider_mock.User(sub="stranger", claims={"email": STRANGER}),
        oidc_provider_mock.User(sub="nobody", claims={}),
        oidc_provider_mock.User(
            sub="unverified", claims={"email": UNVERIFIED, "email_verified": False}
        ),
    ]
    with oidc_provider_mock.run_server_in_thread(user_claims=users) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def home(built_file: Path, tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    publish_file(home, built_file, edit=ADMINS)
    return home


@pytest.fixture
def url(home: Home, provider: str) -> Iterator[str]:
    with listening(
        home,
        openid_issuer=provider,
        openid_client_id="rollbook",
        openid_client_secret="secret",
    ) as url:
        yield url


def signed_in(url: str, sub: str) -> httpx.Response:
    """What the callback answers when someone went through the provider's form."""
    with httpx.Client() as browser:
        begun = browser.get(f"{url}{API}/login")
        assert begun.status_code == 302
        sent = browser.post(begun.headers["location"], data={"sub": sub})
        assert sent.headers["location"].startswith(f"{url}{API}/login/callback")
        return browser.get(sent.headers["location"])


def test_an_administrator_reads_the_campuses_that_are_theirs(url: str) -> None:
    answer = signed_in(url, "ana")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    headers = bearer(body["token"])
    rows: Any = httpx.get(f"{url}{API}/reports/user_list/rows", headers=headers).json()[
        "rows"
    ]
    other = httpx.get(f"{url}{API}/reports/user_list/rows?campus=AUS", headers=headers)

    assert body["campuses"] == ["DEN"]
    assert {row["campus_id"] for row in rows} == {"DEN"}
    assert other.status_code == 404


@pytest.mark.parametrize("sub", ["stranger", "nobody", "unverified"])
def test_who_administers_nothing_gets_nothing(url: str, sub: str) -> None:
    answer = signed_in(url, sub)

    assert answer.status_code == 403
    assert set(answer.json()) == {"error"}


def test_rights_end_with_the_next_publication(
    url: str, home: Home, built_file: Path
) -> None:
    token = signed_in(url, "ana").json()["token"]
    path = f"{url}{API}/campuses"
    before = httpx.get(path, headers=bearer(token))
    publish_file(home, built_file, number=2)
    after = httpx.get(path, headers=bearer(token))

    assert before.json() == {"campuses": ["DEN"]}
    assert after.status_code == 401


def test_a_callback_of_another_browser_or_a_forged_token_is_refused(url: str) -> None:
    with httpx.Client() as browser, httpx.Client() as other:
        begun = browser.get(f"{url}{API}/login")
        sent = browser.post(begun.headers["location"], data={"sub": "ana"})
        stolen = other.get(sent.headers["location"])
    good = signed_in(url, "ana").json()["token"]
    forged = httpx.get(f"{url}{API}/campuses", headers=bearer(good[:-2] + "xx"))
    bare = httpx.get(f"{url}{API}/login/callback?code=x&state=y")

    assert stolen.status_code == 401
    assert forged.status_code == 401
    assert bare.status_code == 401
    assert "rollbook_login" in begun.headers["set-cookie"]
    assert "httponly" in begun.headers["set-cookie"].lower()
    assert "samesite=lax" in begun.headers["set-cookie"].lower()


def test_without_a_provider_nobody_signs_in(home: Home) -> None:
    with client(home) as api:
        answers = [api.get(f"{API}/login"), api.get(f"{API}/login/callback")]
    with client(home, openid_issuer="http://127.0.0.1:9") as api:
        answers.append(api.get(f"{API}/login"))

    assert [answer.status_code for answer in answers] == [404, 404, 503]
    assert all(set(answer.json()) == {"error"} for answer in answers)
