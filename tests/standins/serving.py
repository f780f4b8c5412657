"""A small HTTP server over a real socket, which does wrong what it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Fault(StrEnum):
    """What may go wrong with one answer."""

    TOO_MANY = "429"
    BROKEN = "500"
    CUT = "cut"
    HANG_UP = "hang up"
    NO_JSON = "no json"
    # Half of the answer, and then silence until the client gives up.
    SLOW = "slow"
    # What a proxy before the API says of it.
    PROXY = "522"
    REFUSED = "401"


@dataclass
class Answer:
    """What is answered."""

    content: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        if isinstance(self.content, bytes):
            return self.content
        return json.dumps(self.content).encode()


@dataclass
class Request:
    """What was asked."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any

    def one(self, name: str) -> str | None:
        """The value of a parameter that may be given once."""
        values = self.query.get(name, [])
        return values[0] if values else None


class StandIn:
    """The parts that every stand-in has; a subclass answers.

    ``faults`` are taken one after another, each by the first request whose path holds
    its word. ``before`` is called before a request is answered, ``after`` after it.
    """

    def __init__(self, token: str = "secret-token-of-the-school") -> None:
        self.token = token
        self.faults: list[tuple[str, Fault]] = []
        self.requests: list[Request] = []
        self.url = ""

    def answer(self, request: Request) -> Answer:
        """Answer one request."""
        raise NotImplementedError

    def is_authorized(self, request: Request) -> bool:
        """Whether it bears the token."""
        return request.headers.get("authorization") == f"Bearer {self.token}"

    def count(self, word: str) -> int:
        """Requests whose path holds a word."""
        return sum(word in request.path for request in self.requests)

    def taken_fault(self, path: str) -> Fault | None:
        """The fault that a request meets, if it meets one."""
        for place, (word, fault) in enumerate(self.faults):
            if word in path:
                del self.faults[place]
                return fault
        return None

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Listen; yields the base URL."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self.url
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_args: object) -> None:
            pass

        def do_GET(self) -> None:
            self._work(None)

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            try:
                self._work(json.loads(self.rfile.read(size)))
            except ValueError:
                self._send(Answer({"errors": "no JSON"}, 400))

        def _work(self, body: Any) -> None:
            parts = urlsplit(self.path)
            request = Request(
                self.command,
                parts.path,
                parse_qs(parts.query, keep_blank_values=True),
                {name.lower(): value for name, value in self.headers.items()},
                body,
            )
            with lock:
                stand_in.requests.append(request)
                fault = stand_in.taken_fault(self.path)
                early = _EARLY.get(fault) if fault else None
                answer = early() if early else stand_in.answer(request)
            self._send(answer, fault)

        def _send(self, answer: Answer, fault: Fault | None = None) -> None:
            if fault is Fault.HANG_UP:
                self.close_connection = True
                return
            body = b"<html>" if fault is Fault.NO_JSON else answer.body
            self.send_response(answer.status)
            headers = {"Content-Type": "application/json", **answer.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if fault in (Fault.CUT, Fault.SLOW):
                self.wfile.write(body[: len(body) // 2])
                if fault is Fault.SLOW:
                    # Nothing comes any more: it returns when the client hangs up.
                    with suppress(OSError):
                        self.rfile.read(1)
                self.close_connection = True
                return
            self.wfile.write(body)

    return Handler


_EARLY: dict[Fault, Callable[[], Answer]] = {
    Fault.TOO_MANY: lambda: Answer(
        {"errors": "Rate Limit Exceeded"}, 429, {"Retry-After": "1"}
    ),
    Fault.BROKEN: lambda: Answer({"errors": "internal"}, 500),
    Fault.PROXY: lambda: Answer({"errors": "connection timed out"}, 522),
    Fault.REFUSED: lambda: Answer({"errors": "Invalid access token."}, 401),
}
