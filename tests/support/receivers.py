"""A real SMTP server and a real HTTP endpoint, for alerts and notices."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD, TOKEN = "rollbook", "s3cr3t-word", "t0ken-of-the-hook"


@dataclass
class Received:
    """What came, in the order of arrival, and where it is to be sent.

    ``messages`` are titles with their texts, ``mails`` and ``posted`` the whole of what
    was sent. ``sender_url`` is the URL without an addressee.
    """

    url: str = ""
    sender_url: str = ""
    messages: list[tuple[str, str]] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    posted: list[dict[str, Any]] = field(default_factory=list)
    refusals_left: int = 0
    refused: int = 0

    @property
    def titles(self) -> list[str]:
        return [title for title, _ in self.messages]

    @property
    def text(self) -> str:
        return "\n".join(f"{title}\n{body}" for title, body in self.messages)

    def refuses(self) -> bool:
        """Whether this one is turned away, as was asked."""
        if self.refusals_left:
            self.refusals_left -= 1
            self.refused += 1
            return True
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Mailbox:
    def __init__(self, received: Received) -> None:
        self.received = received

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.received.refuses():
            return "451 try again later"
        mail: Any = message_from_bytes(envelope.content or b"", policy=policy.default)
        body = mail.get_body(preferencelist=("plain", "html"))
        self.received.mails.append(str(mail))
        self.received.messages.append((str(mail["subject"]), body.get_content()))
        return "250 taken"


def _allowed(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
) -> AuthResult:
    is_known = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=is_known)


@contextmanager
def mail_server() -> Iterator[Received]:
    """An SMTP server that wants a password; its URL holds it."""
    received, port = Received(), free_port()
    received.sender_url = (
        f"mailto://{USER}:{PASSWORD}@127.0.0.1:{port}?smtp=127.0.0.1&mode=insecure"
        "&from=rollbook@school.example&format=text"
    )
    received.url = f"{received.sender_url}&to=office@school.example"
    controller = Controller(
        _Mailbox(received),
        hostname="127.0.0.1",
        port=port,
        authenticator=_allowed,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    try:
        yield received
    finally:
        controller.stop()


@contextmanager
def web_hook() -> Iterator[Received]:
    """An HTTP endpoint that takes JSON; its URL holds a token."""
    received = Received()

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["content-length"]))
            if TOKEN not in self.path:
                status = 403
            elif received.refuses():
                status = 503
            else:
                status = 200
                told = json.loads(content)
                received.posted.append(told)
                received.messages.append((told.get("title"), told.get("message")))
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    received.url = f"json://127.0.0.1:{server.server_port}/hooks/{TOKEN}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
