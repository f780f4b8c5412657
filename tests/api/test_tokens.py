"""Tokens as the command line makes, lists and revokes them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from orchestration.home import Home
from reporting.accounts.tokens import authenticate
from reporting.errors import NotAuthenticatedError
from reporting.state import State
from support.commands import one_line, rollbook
from support.served import publish_file
from support.service import API, bearer, client, expired_token, make_token


@pytest.fixture
def home(built_file: Path, tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    publish_file(home, built_file)
    return home


def create(home: Home, *options: str) -> str:
    done = rollbook(
        *("token", "create", "--home", home.root, "--name", "Ana's BI"), *options
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_token_counts_until_it_is_revoked(home: Home) -> None:
    token = create(home, "--campus", "DEN", "--role", "analyst", "--expires", "30d")
    token_id = token.split("_")[1]
    with client(home, token) as api:
        before = api.get(f"{API}/campuses")
        revoked = rollbook("token", "revoke", token_id, "--home", home.root)
        after = api.get(f"{API}/campuses")
    listed = rollbook("token", "list", "--home", home.root).stdout

    assert before.json() == {"campuses": ["DEN"]}
    assert revoked.returncode == 0
    assert after.status_code == 401
    assert token_id in listed
    assert "revoked" in listed
    assert "analyst" in listed
    assert "DEN" in listed


def test_no_secret_is_kept_or_listed(home: Home) -> None:
    token = create(home, "--all-campuses", "--role", "admin", "--expires", "2100-01-01")
    secret = token.split("_", 2)[2]
    State(home).close()
    stored = b"".join(
        path.read_bytes()
        for path in (home.root / "reporting").rglob("*")
        if path.is_file()
    )

    assert authenticate(State(home), token).campuses is None
    assert secret.encode() not in stored
    assert secret not in rollbook("token", "list", "--home", home.root).stdout
    assert (home.root / "reporting").stat().st_mode & 0o077 == 0


BAD = [
    (("--role", "king", "--campus", "DEN", "--expires", "1d"), "role 'king'"),
    (("--role", "admin", "--campus", "DEN", "--expires", "soon"), "is no time"),
    (("--role", "admin", "--campus", "DEN", "--expires", "2001-01-01"), "has passed"),
    (("--role", "admin", "--campus", "NOPE", "--expires", "1d"), "no campus 'NOPE'"),
    (("--role", "admin", "--expires", "1d"), "--all-campuses"),
]


@pytest.mark.parametrize(("options", "told"), BAD)
def test_what_cannot_be_a_token_is_told(
    served_home: Home, options: tuple[str, ...], told: str
) -> None:
    done = rollbook(
        *("token", "create", "--home", served_home.root, "--name", "x"), *options
    )

    assert done.returncode == 2
    assert told in one_line(done)


def test_revoking_what_is_none_is_told(served_home: Home) -> None:
    done = rollbook("token", "revoke", "nope", "--home", served_home.root)

    assert done.returncode == 2
    assert "no token 'nope'" in one_line(done)


def test_only_the_very_token_counts(home: Home) -> None:
    token = make_token(home, "DEN")
    expired = expired_token(home, "DEN")
    state = State(home)

    assert authenticate(state, token).campuses == {"DEN"}
    for wrong in (expired, token[:-1], token + "x", token.upper(), "", "rollbook__"):
        with pytest.raises(NotAuthenticatedError):
            authenticate(state, wrong)


def test_a_token_has_a_rate_of_its_own(home: Home) -> None:
    first, second = make_token(home), make_token(home)
    with client(home, requests_per_minute=3) as api:
        codes = [
            api.get(f"{API}/campuses", headers=bearer(first)).status_code
            for _ in range(4)
        ]
        refused = api.get(f"{API}/campuses", headers=bearer(first))
        other = api.get(f"{API}/campuses", headers=bearer(second))

    assert codes == [200, 200, 200, 429]
    assert refused.json()["error"]["code"] == "too_many"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert other.status_code == 200


def test_readings_are_written_down(home: Home) -> None:
    token = make_token(home, "DEN")
    with client(home, token) as api:
        api.get(
            f"{API}/reports/user_list/rows",
            params={"start": "2026-03-01", "end": "2026-03-08"},
        )
        api.get(f"{API}/reports/user_list/rows", params={"campus": "nope"})
    lines = rollbook("audit", "--home", home.root).stdout.splitlines()

    assert len(lines) == 1
    for part in (
        token.split("_")[1],
        "rows  user_list  DEN  2026-03-01T00:00:00Z/2026-03-08T00:00:00Z",
    ):
        assert part in lines[0]


def test_what_a_newer_rollbook_wrote_is_left_alone(home: Home) -> None:
    create(home, "--all-campuses", "--role", "admin", "--expires", "1d")
    file = home.root / "reporting" / "reporting.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("pragma user_version").fetchone() == (1,)
        connection.execute("pragma user_version = 2")

    listed = rollbook("token", "list", "--home", home.root)

    assert listed.returncode == 2
    assert f"{file} was written by a newer Rollbook" in one_line(listed)
