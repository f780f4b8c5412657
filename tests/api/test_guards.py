"""Every route against those who may not, and every parameter against attacks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from orchestration.home import Home
from reporting.accounts.tokens import revoke_token
from reporting.state import State
from support.attacks import ATTACKS
from support.served import publish_file
from support.service import API, bearer, client, expired_token, make_token

CAMPUS, OTHER = "DEN", "AUS"

# Another campus, with the same records as the first.
TWO_CAMPUSES = ";".join(
    f"insert into {table} select * replace ('{OTHER}' as campus_id) from {table}"
    for table in (
        "marts.dim_campuses",
        "marts.dim_users",
        "marts.dim_courses",
        "marts.dim_integration_jobs",
        "marts.fct_sync_attempts",
        "marts.fct_distinct_syncs",
        "reports.user_list",
        "reports.user_sync_log",
        "reports.course_sync_log",
        "reports.integration_jobs",
    )
)


@pytest.fixture(scope="module")
def home(built_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("guards") / "home")
    publish_file(home, built_file, edit=TWO_CAMPUSES)
    return home


@pytest.fixture(scope="module")
def api(home: Home) -> Iterator[TestClient]:
    with client(home) as found:
        yield found


def routes(api: TestClient) -> list[tuple[str, str]]:
    """Every operation that the document has, its path filled in."""
    document = api.get("/openapi.json").json()
    return [
        (
            method.upper(),
            path.replace("{name}", "user_list").replace("{request_id}", "0" * 32),
        )
        for path, operations in document["paths"].items()
        for method in operations
        if operations[method].get("security")
    ]


def test_who_has_no_token_that_counts_gets_nothing(api: TestClient, home: Home) -> None:
    revoked = make_token(home)
    revoke_token(State(home), revoked.split("_")[1])
    good = make_token(home)
    bad_headers = [
        {},
        bearer(""),
        bearer("nope"),
        bearer(revoked),
        bearer(expired_token(home)),
        bearer(good[:-1] + ("a" if good[-1] != "a" else "b")),
        {"Authorization": f"Basic {good}"},
    ]
    checked = routes(api)
    assert len(checked) >= 4
    for method, path in checked:
        bodies = set()
        for headers in bad_headers:
            answer = api.request(method, path, headers=headers)
            assert answer.status_code == 401, (method, path, headers)
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert set(answer.json()) == {"error"}
            bodies.add(answer.json()["error"]["code"])
        assert bodies == {"not_authenticated"}


def test_only_pages_about_the_api_need_no_token(api: TestClient) -> None:
    """What the document leaves out shows no data either."""
    listed = {path for _, path in routes(api)}
    for route in api.app.routes:  # type: ignore[attr-defined]
        path = getattr(route, "path", "")
        if path.startswith(API):
            filled = path.replace("{name}", "user_list")
            answer = api.get(filled)
            assert answer.status_code in (401, 404, 405), path
            assert set(answer.json()) == {"error"}
    for open_path in ("/docs", "/openapi.json"):
        assert open_path not in listed
        assert "DEN" not in api.get(open_path).text


def test_another_campus_is_as_unknown_as_none(api: TestClient, home: Home) -> None:
    headers = bearer(make_token(home, CAMPUS))
    listed = api.get(f"{API}/reports", headers=headers).json()["reports"]
    reports = [each["name"] for each in listed]
    ranged = {each["name"] for each in listed if each["parameters"]}
    every = bearer(make_token(home))
    assert OTHER in api.get(f"{API}/campuses", headers=every).json()["campuses"]
    for report in reports:
        path = f"{API}/reports/{report}/rows"
        answers = [
            api.get(path, params={"campus": campus, **span}, headers=headers)
            for campus in (OTHER, "NONE")
            for span in ({}, {"start": "2026-01-01", "end": "2026-04-01"})
            if not span or report in ranged
        ]
        assert {answer.status_code for answer in answers} == {404}
        told = {
            answer.text.replace(OTHER, "X").replace("NONE", "X") for answer in answers
        }
        assert len(told) == 1

        rows = api.get(path, params={"limit": 1000}, headers=headers).json()["rows"]
        assert {row["campus_id"] for row in rows} <= {CAMPUS}
        both = api.get(path, params={"campus": [CAMPUS, OTHER]}, headers=headers)
        assert both.status_code == 404
        found = api.get(
            path, params={"filter": f"campus_id:eq:{OTHER}"}, headers=headers
        )
        assert found.json()["rows"] == []
        if report in ranged:
            span = {"start": "2026-01-01", "end": "2026-04-01", "limit": 1000}
            rows = api.get(path, params=span, headers=headers).json()["rows"]
            assert {row["campus_id"] for row in rows} <= {CAMPUS}
            all_rows = api.get(path, params=span, headers=every).json()["rows"]
            assert [row for row in all_rows if row["campus_id"] == CAMPUS] == rows


def test_a_token_of_campuses_that_are_gone_sees_nothing(
    api: TestClient, home: Home
) -> None:
    headers = bearer(make_token(home, "GONE"))
    rows = api.get(f"{API}/reports/user_list/rows", headers=headers)

    assert rows.json()["rows"] == []
    assert api.get(f"{API}/campuses", headers=headers).json() == {"campuses": []}


PARAMETERS = ["campus", "start", "end", "tz", "sort", "filter", "limit", "cursor"]


@pytest.mark.parametrize("accept", ["application/json", "text/csv"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_no_parameter_is_more_than_a_value(
    api: TestClient, home: Home, attack: str, accept: str
) -> None:
    headers = {**bearer(make_token(home, CAMPUS)), "Accept": accept}
    path = f"{API}/reports/user_list/rows"
    for name in [*PARAMETERS, "lookback_days", "range_start", attack]:
        params = {"start": "2026-03-01", "end": "2026-03-08", name: attack}
        answer = api.get(path, params=params, headers=headers)
        assert answer.status_code in (404, 422), (name, answer.status_code)
        assert set(answer.json()) == {"error"}
    for operator in ("eq", "ne", "contains"):
        for column in ("email", "campus_id"):
            answer = api.get(
                path,
                params={"filter": f"{column}:{operator}:{attack}"},
                headers=headers,
            )
            assert answer.status_code == 200, answer.text
            assert OTHER not in answer.text
            assert "set-cookie" not in answer.headers
            assert "x-evil" not in answer.headers
    # The tables are still there.
    assert api.get(path, headers=headers).status_code == 200


def test_a_name_in_the_path_is_only_looked_up(api: TestClient, home: Home) -> None:
    headers = bearer(make_token(home))
    for name in ("nope", "user_list'", 'x"', "marts.dim_users", "%00", "..", "%2e%2e"):
        for path in (f"{API}/reports/{name}", f"{API}/reports/{name}/rows"):
            answer = api.get(path, headers=headers)
            assert answer.status_code in (404, 422), path
            assert set(answer.json()) == {"error"}


def test_the_session_can_reach_nothing_but_the_publication(home: Home) -> None:
    from reporting.service import Service
    from support.service import settings

    service = Service(home, settings())
    try:
        with service.published.current() as publication:
            for attack in (
                "select * from read_text('/etc/passwd')",
                "copy (select 1) to '/tmp/rollbook-stolen.csv'",
                "attach '/tmp/rollbook-stolen.duckdb'",
                "insert into rollbook.marts.dim_campuses (campus_id) values ('x')",
                "set enable_external_access = true",
            ):
                with (
                    publication.session.cursor() as cursor,
                    pytest.raises(Exception, match=r"(?i)disabled|read-only|cannot"),
                ):
                    cursor.execute(attack)
    finally:
        service.close()
