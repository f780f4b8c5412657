"""The asynchronous workflow, with real worker processes."""

from __future__ import annotations

import gzip
import json
import os
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import pytest
from fastapi.testclient import TestClient
from itsdangerous import URLSafeTimedSerializer

from orchestration.home import Home
from reporting.accounts.tokens import revoke_token
from reporting.requests.store import claim_next
from reporting.state import RequestRow, State, now
from support.attacks import ATTACKS
from support.receivers import mail_server, web_hook
from support.served import publish_file
from support.service import API, bearer, client, make_token

URL = "http://testserver"


@pytest.fixture(scope="module")
def home(built_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("requests") / "home")
    publish_file(home, built_file)
    return home


@pytest.fixture
def api(home: Home) -> Iterator[TestClient]:
    with client(home, make_token(home), service_url=URL) as found:
        yield found


def submitted(api: TestClient, report: str, **body: Any) -> str:
    answer = api.post(f"{API}/requests/{report}", json=body)
    assert answer.status_code == 202, answer.text
    assert answer.json()["status"] == "Pending"
    return str(answer.json()["request_id"])


def ended(api: TestClient, request_id: str) -> dict[str, Any]:
    """The request when it is no longer pending."""
    while True:
        body: dict[str, Any] = api.get(f"{API}/requests/{request_id}").json()
        if body["status"] != "Pending":
            return body
        time.sleep(0.1)


def row_of(home: Home, request_id: str) -> RequestRow:
    with State(home).session() as session:
        row = session.get(RequestRow, request_id)
        assert row is not None
        return row


def change(home: Home, request_id: str, **values: Any) -> None:
    with State(home).session() as session:
        row = session.get(RequestRow, request_id)
        for name, value in values.items():
            setattr(row, name, value)
        session.commit()


def test_a_request_becomes_a_gzipped_csv_behind_a_signed_link(
    api: TestClient, home: Home, direct: duckdb.DuckDBPyConnection
) -> None:
    request_id = submitted(
        api, "user_sync_log", parameters={"start": "2026-01-01", "end": "2026-04-01"}
    )
    body = ended(api, request_id)
    (link,) = body["signed_assets"]
    file = api.get(link, headers={"Authorization": ""})
    text = gzip.decompress(file.content).decode()
    counted = direct.execute(
        "select count(*) from reports.user_sync_log_between("
        "null, '2026-01-01', '2026-04-01')"
    ).fetchone()

    assert body["status"] == "Available"
    assert file.status_code == 200
    assert 'filename="user_sync_log.csv.gz"' in file.headers["content-disposition"]
    assert text.startswith('"campus_id","record_key",')
    assert (body["row_count"],) == counted
    assert body["size_bytes"] == len(file.content)
    assert body["assets"] == [f"{request_id}.csv.gz"]
    listed = api.get(f"{API}/requests").json()["requests"]
    assert listed[0]["request_id"] == request_id
    assert "signed_assets" not in listed[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("output", "starts"),
    [
        ({"delimiter": "|", "compression": False}, b'"campus_id"|'),
        ({"delimiter": "\t", "compression": False}, b'"campus_id"\t'),
        ({"format": "jsonl", "compression": False}, b'{"campus_id"'),
        ({"format": "json"}, b"\x1f\x8b"),
        ({"format": "parquet"}, b"PAR1"),
        ({"format": "xlsx"}, b"PK"),
    ],
)
def test_output_is_as_asked(
    api: TestClient, output: dict[str, Any], starts: bytes
) -> None:
    body = ended(api, submitted(api, "user_list", output=output))

    assert api.get(body["signed_assets"][0]).content.startswith(starts)


BAD = [
    ("nope", {}, 404),
    ("user_list", {"parameters": {"campus": ["nope"]}}, 404),
    ("user_list", {"parameters": {"start": "2026-01-01"}}, 422),
    ("user_list", {"parameters": {"nope": 1}}, 422),
    ("user_list", {"parameters": {"sort": ["nope"]}}, 422),
    ("user_list", {"output": {"format": "xlsx", "delimiter": "|"}}, 422),
    ("user_list", {"output": {"format": "xlsx", "compression": True}}, 422),
    ("user_list", {"output": {"delimiter": ";"}}, 422),
    ("user_list", {"notice": {"webhook": "http://169.254.169.254/"}}, 422),
    ("user_list", {"notice": {"email": "a@b.example"}}, 422),
    ("user_list", {"more": 1}, 422),
]


@pytest.mark.parametrize(("report", "body", "status"), BAD)
def test_what_cannot_be_asked_is_refused_at_once(
    api: TestClient, report: str, body: dict[str, Any], status: int
) -> None:
    answer = api.post(f"{API}/requests/{report}", json=body)

    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    assert api.get(f"{API}/requests").json() == {"requests": []}


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_field_of_a_body_is_more_than_a_value(api: TestClient, attack: str) -> None:
    """What a body names is looked up; nothing of it is ever run or kept."""
    bodies: list[dict[str, Any]] = [
        *({"parameters": {name: attack}} for name in ("start", "end", "tz")),
        *({"parameters": {name: [attack]}} for name in ("campus", "sort", "filter")),
        {"parameters": {attack: 1}},
        *({"output": {name: attack}} for name in ("format", "delimiter")),
        *({"notice": {name: attack}} for name in ("webhook", "email")),
        {attack: {}},
    ]
    for body in bodies:
        answer = api.post(f"{API}/requests/user_list", json=body)
        assert answer.status_code in (404, 422), body
        assert set(answer.json()) == {"error"}
        assert "x-evil" not in answer.headers
        assert "set-cookie" not in answer.headers
    assert api.get(f"{API}/requests").json() == {"requests": []}


def test_only_so_many_are_in_flight(home: Home) -> None:
    """No worker runs here: what is queued stays pending."""
    token, other = make_token(home), make_token(home)
    with client(home, token, requests_in_flight=2) as api:
        api.app.state.service.workers.stop()  # type: ignore[attr-defined]
        first = submitted(api, "user_list")
        submitted(api, "user_list")
        refused = api.post(f"{API}/requests/user_list", json={})
        unaffected = api.post(
            f"{API}/requests/user_list", json={}, headers=bearer(other)
        )

    assert refused.status_code == 429
    assert first in refused.json()["error"]["message"]
    assert int(refused.headers["Retry-After"]) > 0
    assert unaffected.status_code == 202
    with State(home).session() as session:
        session.query(RequestRow).delete()
        session.commit()


@pytest.mark.slow
def test_requests_are_their_owners_alone(api: TestClient, home: Home) -> None:
    request_id = submitted(api, "user_list")
    ended(api, request_id)
    stranger = bearer(make_token(home))
    path = f"{API}/requests/{request_id}"

    assert api.get(path, headers=stranger).status_code == 404
    assert api.post(f"{path}/runs", headers=stranger).status_code == 404
    assert api.get(f"{API}/requests", headers=stranger).json() == {"requests": []}
    unknown = api.get(f"{API}/requests/{'0' * 32}", headers=stranger)
    assert unknown.text.replace("0" * 32, "X") == api.get(
        path, headers=stranger
    ).text.replace(request_id, "X")


@pytest.mark.slow
def test_an_analysts_result_is_masked_and_of_the_tokens_campuses(home: Home) -> None:
    with client(home, make_token(home, "DEN", role="analyst"), service_url=URL) as api:
        refused = api.post(
            f"{API}/requests/user_list", json={"parameters": {"sort": ["email"]}}
        )
        output = {"format": "jsonl", "compression": False}
        body = ended(api, submitted(api, "user_list", output=output))
        text = api.get(body["signed_assets"][0]).text

    rows = [json.loads(line) for line in text.splitlines()]
    assert refused.status_code == 403
    assert rows
    assert {row["campus_id"] for row in rows} == {"DEN"}
    assert {row["email"] for row in rows} <= {None, "•••"}


@pytest.mark.slow
def test_links_end(api: TestClient, home: Home) -> None:
    token = make_token(home)
    mine = bearer(token)
    made = api.post(f"{API}/requests/user_list", json={}, headers=mine).json()
    api.headers.update(mine)
    body = ended(api, made["request_id"])
    (link,) = body["signed_assets"]
    key = State(home).key
    signer = URLSafeTimedSerializer(key, salt="download")
    signed = link.rsplit("/", 1)[1]
    forged = URLSafeTimedSerializer("x", salt="download").dumps(made["request_id"])

    assert api.get(link).status_code == 200
    assert signer.loads(signed) == made["request_id"]
    assert api.get(f"{API}/downloads/{forged}").status_code == 404
    assert api.get(link[:-1]).status_code == 404
    change(home, made["request_id"], created_at=now() - timedelta(days=15))
    assert api.get(link).status_code == 410
    after = api.get(f"{API}/requests/{made['request_id']}").json()
    assert (after["status"], after["signed_assets"]) == ("Expired", [])
    assert list(State(home).results.glob(f"{made['request_id']}*")) == []


@pytest.mark.slow
def test_a_link_dies_with_its_token(api: TestClient, home: Home) -> None:
    token = make_token(home)
    api.headers.update(bearer(token))
    (link,) = ended(api, submitted(api, "user_list"))["signed_assets"]
    revoke_token(State(home), token.split("_")[1])

    assert api.get(link).status_code == 404


@pytest.mark.slow
def test_a_result_does_not_outlive_an_erasure(api: TestClient, home: Home) -> None:
    asked = {"filter": ["email:eq:someone@x.example"]}
    request_id = submitted(api, "user_list", parameters=asked)
    (link,) = ended(api, request_id)["signed_assets"]
    erasures = home.landing / "erasures"
    erasures.mkdir(parents=True, exist_ok=True)
    (erasures / "000001.json").write_text("{}")

    assert api.get(link).status_code == 410
    after = api.get(f"{API}/requests/{request_id}")
    assert after.json()["status"] == "Expired"
    assert "someone@x.example" not in after.text
    (erasures / "000001.json").unlink()


@pytest.mark.slow
def test_a_worker_that_is_killed_leaves_a_missing_request_that_runs_again(
    api: TestClient, home: Home
) -> None:
    request_id = submitted(api, "user_list")
    while (pid := row_of(home, request_id).worker_pid) is None:
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)
    missing = ended(api, request_id)
    path = f"{API}/requests/{request_id}/runs"
    again = api.post(path)
    done = ended(api, request_id)
    refused = api.post(path)

    assert missing["status"] == "Missing"
    assert again.status_code == 202
    assert done["status"] == "Available"
    assert refused.status_code == 422
    assert not list(State(home).results.glob(".*"))


@pytest.mark.slow
def test_requests_survive_a_restart(home: Home) -> None:
    """What waited runs, what had begun is missing, what was done is there."""
    token = make_token(home)
    with client(home, token) as api:
        done = submitted(api, "user_list")
        ended(api, done)
        api.app.state.service.workers.stop()  # type: ignore[attr-defined]
        begun = submitted(api, "user_list")
        assert claim_next(State(home)) is not None
        waiting = submitted(api, "user_list")
    with client(home, token) as api:
        states = [ended(api, each)["status"] for each in (done, begun, waiting)]

    assert states == ["Available", "Missing", "Available"]


@pytest.mark.slow
def test_a_report_that_needs_too_much_fails_alone(home: Home) -> None:
    """The kernel refuses the worker memory; the service goes on."""
    with client(home, make_token(home), worker_memory_mb=128) as api:
        request_id = submitted(api, "user_list")
        body = ended(api, request_id)
        alive = api.get(f"{API}/reports/user_list/rows")

    assert body["status"] in ("Failed", "Missing")
    assert alive.status_code == 200


@pytest.mark.slow
def test_a_webhook_is_told_without_data(home: Home) -> None:
    with web_hook() as received:
        received.refusals_left = 1
        url = received.url.replace("json://", "http://")
        with client(home, make_token(home), webhook_hosts=urlsplit(url).netloc) as api:
            request_id = submitted(api, "user_list", notice={"webhook": url})
            ended(api, request_id)
            while not received.posted:
                time.sleep(0.05)

    assert received.refused == 1
    assert received.posted == [
        {"request_id": request_id, "status": "Available", "report": "user_list"}
    ]


@pytest.mark.slow
def test_an_email_is_sent_without_data(home: Home) -> None:
    with (
        mail_server() as received,
        client(home, make_token(home), notice_email_url=received.sender_url) as api,
    ):
        refused = api.post(
            f"{API}/requests/user_list",
            json={"notice": {"email": "a@b.example\nBcc: c@d.example"}},
        )
        request_id = submitted(api, "user_list", notice={"email": "ana@school.example"})
        body = ended(api, request_id)
        while not received.mails and body["notice_error"] is None:
            time.sleep(0.1)
            body = ended(api, request_id)

    assert refused.status_code == 422
    assert body["notice_error"] is None
    (mail,) = received.mails
    assert "ana@school.example" in mail
    assert "user_list is Available" in mail
