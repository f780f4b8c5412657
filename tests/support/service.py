"""The service over a home, in this process or on a socket of its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import uvicorn
from fastapi.testclient import TestClient

from orchestration.home import Home
from orchestration.settings import Settings
from reporting.accounts.tokens import create_token
from reporting.app import create_app
from reporting.service import Service
from reporting.state import State, TokenRow, now

API = "/api/v1"


def settings(**given: Any) -> Settings:
    """Settings whose limits no test meets by chance."""
    return Settings(**{"requests_per_minute": 100_000, "threads": 1, **given})


def make_token(home: Home, *campuses: str, role: str = "admin") -> str:
    """A token of some campuses; of every one when none is named."""
    return create_token(
        State(home),
        name="test",
        role=role,
        campuses=campuses or None,
        expires_at=now() + timedelta(days=1),
    )


def expired_token(home: Home, *campuses: str) -> str:
    """A token that counted once: its time is set back, as no wait is certain."""
    token = make_token(home, *campuses)
    with State(home).session() as session:
        row = session.get(TokenRow, token.split("_")[1])
        assert row is not None
        row.expires_at = now() - timedelta(seconds=1)
        session.commit()
    return token


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@contextmanager
def client(home: Home, token: str | None = None, **given: Any) -> Iterator[TestClient]:
    """A client of the service, called without a socket."""
    app = create_app(Service(home, settings(**given)))
    with TestClient(
        app,
        headers=bearer(token) if token else None,
        raise_server_exceptions=False,
    ) as found:
        yield found


@contextmanager
def listening(home: Home, **given: Any) -> Iterator[str]:
    """The service on a free port of this machine; yields its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    app = create_app(Service(home, settings(service_url=url, **given)))
    host, port = url.removeprefix("http://").split(":")
    server = uvicorn.Server(
        uvicorn.Config(app, host=host, port=int(port), log_level="warning")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield url
    finally:
        server.should_exit = True
        thread.join()
