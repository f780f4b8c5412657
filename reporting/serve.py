"""``rollbook serve``: the service on its address."""

from __future__ import annotations

import fcntl
import socket
from urllib.parse import urlsplit

import uvicorn

from orchestration.errors import HomeBusyError
from orchestration.home import Home
from orchestration.settings import Settings
from reporting.app import create_app
from reporting.errors import BadParameterError
from reporting.service import Service

_KEEP_ALIVE_SECONDS = 15


def serve(home: Home, settings: Settings) -> None:
    """Serve a home until the process is told to end.

    Raises:
        BadParameterError: the address is taken, or is none of this machine.
        HomeBusyError: the home is served already.
    """
    parts = urlsplit(settings.service_url)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        raise BadParameterError(
            f"{settings.service_url} cannot be listened on: {error.strerror or error};"
            " set ROLLBOOK_SERVICE_URL"
        ) from error
    service = Service(home, settings)
    lock = (service.state.folder / "service.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        # Two would each take the other's running requests for missing.
        raise HomeBusyError(f"home {home.root} is served by another process") from error
    app = create_app(service)
    config = uvicorn.Config(
        app,
        log_level="warning",
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        server_header=False,
    )
    uvicorn.Server(config).run(sockets=[listening])
