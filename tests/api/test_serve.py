"""``rollbook serve``, the real command on real sockets."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

import httpx

from orchestration.home import Home
from support.commands import ROLLBOOK, environment, one_line, rollbook
from support.served import publish_file


def free_url() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def test_a_home_is_served_by_one_process_at_a_time(
    built_file: Path, tmp_path: Path
) -> None:
    """A second one would take the first one's running requests for missing."""
    home = Home(tmp_path / "home")
    publish_file(home, built_file)
    url = free_url()
    serving = subprocess.Popen(
        [ROLLBOOK, "serve", "--home", home.root],
        env=environment(ROLLBOOK_SERVICE_URL=url),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        transport = httpx.HTTPTransport(retries=20)
        with httpx.Client(transport=transport, base_url=url, timeout=30) as api:
            assert api.get("/docs").status_code == 200
            elsewhere = rollbook(
                "serve", "--home", home.root, ROLLBOOK_SERVICE_URL=free_url()
            )
            same_address = rollbook(
                "serve", "--home", home.root, ROLLBOOK_SERVICE_URL=url
            )
            assert api.get("/docs").status_code == 200
    finally:
        serving.terminate()
        serving.wait()

    assert elsewhere.returncode == 3
    assert "is served by another process" in one_line(elsewhere)
    assert same_address.returncode == 2
    assert "set ROLLBOOK_SERVICE_URL" in one_line(same_address)
