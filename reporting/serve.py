"""``rollbook serve``: the service on its address."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import uvicorn

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
    app = create_app(Service(home, settings))
    config = uvicorn.Config(
        app,
        log_level="warning",
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        server_header=False,
    )
    uvicorn.Server(config).run(sockets=[listening])
