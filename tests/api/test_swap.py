"""Publications that change under load: no error, and every answer of one version."""

from __future__ import annotations

import threading
from pathlib import Path

import httpx

from orchestration.home import Home
from support.served import publish_file
from support.service import API, bearer, listening, make_token

VERSIONS = 6
CLIENTS = 4


def test_no_request_fails_and_none_sees_two_versions(
    built_file: Path, tmp_path: Path
) -> None:
    """Version n has every last name equal to n."""
    home = Home(tmp_path / "home")
    versions = {}

    def publish(number: int) -> None:
        name = publish_file(
            home,
            built_file,
            number=number,
            edit=f"update reports.user_list set last_name = '{number}'",
        )
        versions[name] = str(number)

    publish(1)
    headers = bearer(make_token(home))
    stopped = threading.Event()
    seen: list[tuple[str, frozenset[str]]] = []
    failures: list[str] = []

    def read(url: str) -> None:
        with httpx.Client(base_url=url, headers=headers, timeout=30) as api:
            while not stopped.is_set():
                answer = api.get(f"{API}/reports/user_list/rows")
                if answer.status_code != 200:
                    failures.append(answer.text)
                    return
                body = answer.json()
                names = frozenset(row["last_name"] for row in body["rows"])
                seen.append((body["publication_id"], names))

    with listening(home) as url:
        readers = [threading.Thread(target=read, args=(url,)) for _ in range(CLIENTS)]
        for reader in readers:
            reader.start()
        for number in range(1, VERSIONS + 1):
            if number > 1:
                publish(number)
            before = len(seen)
            while len(seen) < before + 3 * CLIENTS and not failures:
                stopped.wait(0.01)
        stopped.set()
        for reader in readers:
            reader.join()

    assert failures == []
    assert {names for _, names in seen} == {
        frozenset({str(number)}) for number in range(1, VERSIONS + 1)
    }
    assert all(names == {versions[name]} for name, names in seen)
