"""Rows over HTTP: the same as published, whole in pages, masked for analysts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from fastapi.testclient import TestClient

from orchestration.home import Home
from reporting.queries import MASK
from support.served import publish_file
from support.service import API, bearer, client, make_token

WEEK = {"start": "2026-03-06T06:00:00Z", "end": "2026-03-13T06:00:00Z"}


@pytest.fixture(scope="module")
def api(served_home: Home) -> Iterator[TestClient]:
    with client(served_home, make_token(served_home)) as found:
        yield found


@pytest.fixture(scope="module")
def analyst(served_home: Home) -> Iterator[TestClient]:
    token = make_token(served_home, role="analyst")
    with client(served_home, token) as found:
        yield found


def pages(api: TestClient, report: str, **params: Any) -> list[dict[str, Any]]:
    """Every row, page after page."""
    rows: list[dict[str, Any]] = []
    while True:
        answer = api.get(f"{API}/reports/{report}/rows", params=params)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        rows += body["rows"]
        assert len(body["rows"]) <= params.get("limit", 100)
        if body["next_cursor"] is None:
            return rows
        params["cursor"] = body["next_cursor"]


def names(api: TestClient) -> list[str]:
    return [each["name"] for each in api.get(f"{API}/reports").json()["reports"]]


def test_pages_are_the_report_whole_and_in_order(
    api: TestClient, direct: duckdb.DuckDBPyConnection
) -> None:
    checked = 0
    for report in names(api):
        whole = pages(api, report, limit=1000)
        assert pages(api, report, limit=3) == whole
        expected = direct.execute(
            f"select to_json(t) ->> '$.campus_id' from reports.{report} as t"
        ).fetchall()
        assert [(row["campus_id"],) for row in whole] == expected
        checked += len(whole)
    assert checked > 50


def test_sorted_pages_are_whole_too(api: TestClient, analyst: TestClient) -> None:
    """Ties and nulls at the edge of a page lose no row and repeat none."""
    for reader in (api, analyst):
        for sort in ("status", "-error_code", "-first_attempted_at"):
            whole = pages(reader, "course_member_sync_log", sort=sort, limit=1000)
            parts = pages(reader, "course_member_sync_log", sort=sort, limit=2)
            assert parts == whole
            values = [row[sort.removeprefix("-")] for row in whole]
            known = [value for value in values if value is not None]
            assert known == sorted(known, reverse=sort.startswith("-"))
            assert values[: len(known)] == known


def test_csv_is_paged_by_its_link(api: TestClient) -> None:
    path = f"{API}/reports/user_list/rows?limit=2"
    rows: list[dict[str, str]] = []
    while path:
        answer = api.get(path, headers={"Accept": "text/csv"})
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        rows += csv.DictReader(io.StringIO(answer.text))
        path = answer.links.get("next", {}).get("url", "")

    expected = pages(api, "user_list")
    assert [row["user_id"] for row in rows] == [row["user_id"] for row in expected]


def test_a_range_is_exclusive_at_its_end(
    api: TestClient, direct: duckdb.DuckDBPyConnection
) -> None:
    found = direct.execute(
        "select campus_id, min(requested_at), max(requested_at)"
        " from marts.fct_sync_attempts where record_type = 'user' group by 1 limit 1"
    ).fetchone()
    assert found is not None
    campus, first, last = found

    def counted(start: Any, end: Any) -> int:
        rows = pages(
            api,
            "user_sync_log",
            campus=campus,
            start=start.isoformat(),
            end=end.isoformat(),
            limit=1000,
        )
        return sum(row["attempted_count"] for row in rows)

    assert first < last
    total = direct.execute(
        "select count(*), count(*) filter (where requested_at = $2)"
        " from marts.fct_sync_attempts where record_type = 'user' and campus_id = $1",
        [campus, last],
    ).fetchone()
    assert total is not None
    assert counted(first, last) == total[0] - total[1]


def test_analysts_see_no_person(api: TestClient, analyst: TestClient) -> None:
    """No value of a personal column is anywhere in what an analyst gets."""
    masked = 0
    for report in names(api):
        shown = analyst.get(f"{API}/reports/{report}").json()["columns"]
        hidden = [column["name"] for column in shown if column["is_masked"]]
        plain = pages(api, report, limit=1000)
        secrets = {
            row[name]
            for row in plain
            for name in hidden
            if isinstance(row[name], str) and len(row[name]) > 6
        }
        rows = pages(analyst, report, limit=1000)
        assert len(rows) == len(plain)
        for row in rows:
            for name in hidden:
                assert row[name] in (None, MASK)
                masked += row[name] == MASK
        answer = analyst.get(f"{API}/reports/{report}/rows", params={"limit": 1})
        sheet = analyst.get(
            f"{API}/reports/{report}/rows", headers={"Accept": "text/csv"}
        )
        for secret in secrets:
            assert secret not in answer.text
            assert secret not in sheet.text
    assert masked > 100


def test_analysts_learn_nothing_by_order_or_filter(analyst: TestClient) -> None:
    refused = 0
    for report in names(analyst):
        for column in analyst.get(f"{API}/reports/{report}").json()["columns"]:
            for params in (
                {"sort": column["name"]},
                {"sort": f"-{column['name']}"},
                {"filter": f"{column['name']}:is:null"},
            ):
                answer = analyst.get(f"{API}/reports/{report}/rows", params=params)
                if column["is_masked"]:
                    assert answer.status_code == 403
                    assert answer.json()["error"]["code"] == "masked_column"
                    refused += 1
                else:
                    assert answer.status_code == 200, answer.text
    assert refused > 50


def test_the_default_order_does_not_tell_names(
    api: TestClient, analyst: TestClient
) -> None:
    """What is left of last_name, first_name, issued_id, user_id."""
    plain = pages(api, "user_list")
    seen = pages(analyst, "user_list")

    assert [row["user_id"] for row in seen] == [
        row["user_id"]
        for row in sorted(
            plain,
            key=lambda row: (
                row["issued_id"] is None,
                row["issued_id"] or "",
                row["user_id"],
            ),
        )
    ]


def test_a_cursor_is_of_one_listing_and_one_reader(
    served_home: Home, api: TestClient, analyst: TestClient
) -> None:
    path = f"{API}/reports/user_list/rows"
    cursor = api.get(path, params={"limit": 1}).json()["next_cursor"]
    attempts = [
        analyst.get(path, params={"cursor": cursor}),
        api.get(path, params={"cursor": cursor, "sort": "email"}),
        api.get(path, params={"cursor": cursor, "tz": "America/Denver"}),
        api.get(f"{API}/reports/course_list/rows", params={"cursor": cursor}),
        api.get(path, params={"cursor": cursor[:-1] + "~"}),
        api.get(path, params={"cursor": "x"}),
        api.get(
            path,
            params={"cursor": cursor},
            headers=bearer(make_token(served_home, "DEN")),
        ),
    ]

    assert cursor
    assert [answer.status_code for answer in attempts] == [422] * len(attempts)


def test_a_listing_ends_in_the_publication_that_it_began_in(
    built_file: Path, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    first = publish_file(home, built_file)
    with client(home, make_token(home)) as api:
        path = f"{API}/reports/user_list/rows"
        whole = pages(api, "user_list")
        begun = api.get(path, params={"limit": 1}).json()
        publish_file(home, built_file, number=2, edit="delete from reports.user_list")
        rest = pages(api, "user_list", cursor=begun["next_cursor"], limit=1000)
        new = api.get(path).json()
        old = home.published / "versions" / first
        (old / "rollbook.duckdb").unlink()
        gone = api.get(path, params={"limit": 1, "cursor": begun["next_cursor"]})

    assert begun["rows"] + rest == whole
    assert new["rows"] == []
    assert new["publication_id"] != first
    assert gone.status_code == 410


def test_a_version_that_was_erased_in_is_read_anew(
    built_file: Path, tmp_path: Path
) -> None:
    """Erasing writes a version anew under its old path: no one may see the old one."""
    home = Home(tmp_path / "home")
    publish_file(home, built_file)
    with client(home, make_token(home)) as api:
        before = pages(api, "user_list")
        file = home.published_file.resolve()
        aside = file.with_name("aside.duckdb")
        aside.write_bytes(file.read_bytes())
        with duckdb.connect(str(aside)) as session:
            session.execute("update reports.user_list set last_name = 'erased'")
        aside.replace(file)
        after = pages(api, "user_list")

    assert {row["last_name"] for row in before} != {"erased"}
    assert {row["last_name"] for row in after} == {"erased"}


def test_nothing_published_is_told(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    with client(home, make_token(home)) as api:
        answer = api.get(f"{API}/reports")
        described = api.get("/openapi.json")

    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "unavailable"
    assert described.status_code == 200


def test_a_query_that_takes_too_long_is_ended(served_home: Home) -> None:
    from reporting.service import Service
    from support.service import settings

    service = Service(served_home, settings(query_timeout_seconds=1))
    try:
        with (
            service.published.current() as publication,
            publication.session.cursor() as cursor,
            pytest.raises(Exception, match="took more than 1 seconds"),
            service.in_time(cursor),
        ):
            cursor.execute(
                "select count(*) from range(1000000) as a, range(1000000) as b"
                " where a.range * b.range % 7 = 3"
            ).fetchall()
    finally:
        service.close()
