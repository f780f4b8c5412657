"""The document tells the truth, and every report is in it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from orchestration.home import Home
from support.added_report import NAME
from support.service import API, bearer, client, listening, make_token

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def api(served_home: Home) -> TestClient:
    with client(served_home) as found:
        yield found


@pytest.fixture(scope="module")
def token(served_home: Home) -> str:
    return make_token(served_home, role="analyst")


@pytest.fixture(scope="module")
def document(served_home: Home) -> Iterator[schemathesis.BaseSchema]:
    with listening(served_home) as url:
        yield schemathesis.openapi.from_url(f"{url}/openapi.json")


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_answer_is_outside_the_document(
    document: schemathesis.BaseSchema, token: str, mode: GenerationMode
) -> None:
    """Whatever fits the document, and whatever does not: no 5xx, no other shape."""
    tried = 0
    for found in document.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=25,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
        )
        def check(case: schemathesis.Case) -> None:
            nonlocal tried
            tried += 1
            case.call_and_validate(headers=bearer(token), checks=CHECKS)

        with contextlib.suppress(Unsatisfiable):  # nothing can be wrong with it
            check()
    assert tried > 50


def test_every_report_is_described_with_its_columns(
    served_home: Home, api: TestClient
) -> None:
    text = api.get("/openapi.json").text
    for report in api.get(
        f"{API}/reports", headers=bearer(make_token(served_home))
    ).json()["reports"]:
        assert f"<code>{report['name']}</code>" in text


@pytest.mark.slow
def test_an_added_report_is_served_and_described(
    enlarged_home: Home, tmp_path: Path
) -> None:
    """Without a line of code: only the dbt project has it."""
    with client(enlarged_home, make_token(enlarged_home, role="analyst")) as api:
        listed = [each["name"] for each in api.get(f"{API}/reports").json()["reports"]]
        shown = api.get(f"{API}/reports/{NAME}").json()
        rows = api.get(
            f"{API}/reports/{NAME}/rows",
            params={
                "start": "2026-01-01",
                "end": "2026-04-01",
                "campus": "DEN",
                "sort": "-requests",
                "filter": "requests:ge:1",
            },
        ).json()["rows"]
        document = api.get("/openapi.json").json()
        page = api.get("/docs").text

    assert NAME in listed
    assert shown["title"] == "Requests a day"
    assert [each["name"] for each in shown["columns"] if each["is_masked"]] == [
        "last_message"
    ]
    counts = [row["requests"] for row in rows]
    assert counts == sorted(counts, reverse=True) != []
    operation = document["paths"][f"{API}/reports/{{name}}"]["get"]
    assert NAME in operation["parameters"][0]["schema"]["enum"]
    assert "The greatest text." in document["tags"][0]["description"]
    assert "https://" not in page, "the page must load nothing from the net"
