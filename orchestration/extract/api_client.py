"""A client of a vendor's HTTP API: a token, time-outs, and tries again when it may.

No message names more of an address than host and path: what stands behind them may be
a signature, and a signature is a secret.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson
import stamina
import stamina.instrumentation

from orchestration.errors import BadInputError, RollbookError

ATTEMPTS = 7
# A vendor that is down for longer is read by the next run.
_PATIENCE_SECONDS = 600.0
_LONGEST_WAIT_SECONDS = 60.0
_TIMEOUT = httpx.Timeout(60.0, connect=15.0)
_SERVER_ERROR = 500
# Every server error is tried again too: proxies answer with numbers of their own.
_RETRIED = frozenset({408, 425, 429, *range(_SERVER_ERROR, 600)})
# Refused before anything was done, so that sending it again does nothing twice.
_RETRIED_POST = frozenset({503})
_CHUNK_BYTES = 1 << 20


class ApiError(RollbookError):
    """The API did not give what was asked for, however often it was tried."""


class ApiRefusedError(BadInputError):
    """The API refuses what is asked: the token, the address, or a parameter."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


class _TransientError(Exception):
    """Worth another try, after so many seconds if the API said how many."""

    def __init__(self, message: str, wait_seconds: float | None = None) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: its JSON, as it came too, and the address of the page after it."""

    content: Any
    received: bytes
    next_url: str | None


class ApiClient:
    """Requests to one installation of an API."""

    def __init__(
        self,
        base_url: str,
        *,
        token: str,
        token_env: str,
        name: str,
        timeout: httpx.Timeout = _TIMEOUT,
    ) -> None:
        """Make a client.

        Args:
            base_url: where the API is; its origin alone ever sees the token.
            token: the bearer token.
            token_env: the variable that it is from, for messages.
            name: what messages call the API.
            timeout: how long it may stay silent.
        """
        self.base_url = httpx.URL(base_url.rstrip("/") + "/")
        self.token_env = token_env
        self.name = name
        self._authorization = {"Authorization": f"Bearer {token}"}
        self._http = httpx.Client(timeout=timeout)
        # A try again is no news: what a person has to know is told at the end, once.
        self._hooks = stamina.instrumentation.get_on_retry_hooks()
        stamina.instrumentation.set_on_retry_hooks([])

    def close(self) -> None:
        """Give back the connections."""
        self._http.close()
        stamina.instrumentation.set_on_retry_hooks(self._hooks)

    def get(
        self,
        address: str,
        parameters: Mapping[str, str | list[str]] | None = None,
        *,
        cleaned: Callable[[dict[str, Any]], Any] | None = None,
    ) -> Page:
        """Get one page; ``address`` is a path below the base, or a page's next one.

        Args:
            address: what to get.
            parameters: of the query; a next page has its own.
            cleaned: called with every JSON object of the answer, gives what it becomes.

        Raises:
            ApiRefusedError: the API refuses it; asking again would not help.
            ApiError: it did not answer, however often it was asked.
        """
        url = self._own(address)
        for attempt in self._attempts():
            with attempt, _no_transport_errors(url):
                response = self._http.get(
                    url, params=parameters, headers=self._authorization
                )
                self._judge(response, _RETRIED)
                following = response.links.get("next", {}).get("url")
                return Page(_parsed(response, cleaned), response.content, following)
        raise AssertionError  # pragma: no cover

    def pages(
        self,
        address: str,
        parameters: Mapping[str, str | list[str]] | None = None,
        *,
        cleaned: Callable[[dict[str, Any]], Any] | None = None,
    ) -> Iterator[Page]:
        """A page and all after it; one that comes twice is told once.

        Raises:
            ApiRefusedError: the API refuses it.
            ApiError: it did not answer, or its pages lead back to one that was read.
        """
        seen: set[str] = set()
        last = b""
        following: str | None = address
        while following is not None:
            if following in seen:
                raise ApiError(
                    f"{self.name}: the pages of {_shown(self._own(address))} lead back"
                    " to one that was read: tell the vendor"
                )
            seen.add(following)
            page = self.get(following, parameters, cleaned=cleaned)
            parameters, following = None, page.next_url
            if page.received != last:
                yield page
            last = page.received

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Send a JSON body; the answer's JSON.

        Only what was certainly not taken is sent again.

        Raises:
            ApiRefusedError: the API refuses it.
            ApiError: it did not answer; whether it was taken is not known.
        """
        url = self._own(path)
        for attempt in self._attempts():
            with attempt:
                try:
                    response = self._http.post(
                        url, json=body, headers=self._authorization
                    )
                except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                    raise _TransientError(_told(url, error)) from None
                except httpx.HTTPError as error:
                    raise ApiError(f"{self.name}: {_told(url, error)}") from None
                self._judge(response, _RETRIED_POST)
                if response.status_code >= _SERVER_ERROR:
                    raise ApiError(
                        f"{self.name}: {_shown(url)} answered {response.status_code}"
                    )
                return _parsed(response, None)
        raise AssertionError  # pragma: no cover

    def download(self, address: str, target: Path, *, is_signed: bool) -> None:
        """Write what is at an address into a file.

        Args:
            address: where it is; the token goes to no other host than the API's own.
            target: the file.
            is_signed: the address speaks for itself, and is used without the token.

        Raises:
            ApiRefusedError: it is not there, or may not be read.
            ApiError: it did not come whole, however often it was tried.
        """
        url = self.base_url.join(address)
        headers = self._authorization if self._is_own(url) and not is_signed else {}
        for attempt in self._attempts():
            with (
                attempt,
                _no_transport_errors(url),
                self._http.stream(
                    "GET", url, headers=headers, follow_redirects=True
                ) as response,
            ):
                if response.is_error:
                    response.read()
                self._judge(response, _RETRIED)
                with target.open("wb") as file:
                    for chunk in response.iter_bytes(_CHUNK_BYTES):
                        file.write(chunk)
                return

    def list_of(self, content: Any, name: str) -> list[Any]:
        """The list that an answer is, or has under a name.

        Raises:
            ApiError: it has none.
        """
        found = content.get(name) if isinstance(content, dict) else content
        if not isinstance(found, list):
            raise ApiError(
                f"{self.name}: {self.base_url.host} gave no {name}: is the location its"
                " address?"
            )
        return found

    def _attempts(self) -> Iterator[stamina.Attempt]:
        """Tries with a wait between them that grows, and is never quite the same.

        Raises:
            ApiError: the last one failed too.
        """
        try:
            yield from stamina.retry_context(
                on=_wait,
                attempts=ATTEMPTS,
                timeout=_PATIENCE_SECONDS,
                wait_initial=0.5,
                wait_max=_LONGEST_WAIT_SECONDS,
            )
        except _TransientError as error:
            raise ApiError(f"{self.name}: {error}; the next run tries again") from None

    def _judge(self, response: httpx.Response, retried: frozenset[int]) -> None:
        """Raise what an answer's status says."""
        status = response.status_code
        if status < 300:
            return
        told = f"{_shown(response.url)} answered {status}"
        # Canvas says so when a token asked too much, until 2025 with 403.
        is_limit = status == 403 and b"Rate Limit Exceeded" in response.content
        if status in retried or is_limit:
            raise _TransientError(told, _retry_after(response))
        if status == 401:
            raise ApiRefusedError(
                f"{self.name}: the token is refused ({told}): put a valid one into"
                f" {self.token_env}",
                status=status,
            )
        if status < _SERVER_ERROR:
            raise ApiRefusedError(f"{self.name}: {told}", status=status)

    def _own(self, address: str) -> httpx.URL:
        """An address of the API itself.

        Raises:
            ApiError: it is another host's, which must not see the token.
        """
        url = self.base_url.join(address)
        if not self._is_own(url):
            raise ApiError(
                f"{self.name}: a page's link leads to another host, {url.host}:"
                " its answer is not trusted"
            )
        return url

    def _is_own(self, url: httpx.URL) -> bool:
        own = self.base_url
        return (url.scheme, url.host, url.port) == (own.scheme, own.host, own.port)


def _wait(error: Exception) -> bool | float:
    if not isinstance(error, _TransientError):
        return False
    if error.wait_seconds is None:
        return True
    return error.wait_seconds


def _retry_after(response: httpx.Response) -> float | None:
    """The seconds that an answer asks to wait; a date is as good as no word."""
    told = response.headers.get("Retry-After", "")
    return min(float(told), _LONGEST_WAIT_SECONDS) if told.isdecimal() else None


@contextmanager
def _no_transport_errors(url: httpx.URL) -> Iterator[None]:
    try:
        yield
    except httpx.HTTPError as error:
        raise _TransientError(_told(url, error)) from None


def _parsed(
    response: httpx.Response, cleaned: Callable[[dict[str, Any]], Any] | None
) -> Any:
    try:
        if cleaned is None:
            with suppress(orjson.JSONDecodeError):
                return orjson.loads(response.content)
        # It also reads what only some call JSON: a byte order mark, half a surrogate.
        return json.loads(response.content, object_hook=cleaned)
    except ValueError:
        raise _TransientError(f"{_shown(response.url)} gave no JSON") from None


def _told(url: httpx.URL, error: Exception) -> str:
    return f"{_shown(url)} did not answer in full ({type(error).__name__})"


def _shown(url: httpx.URL) -> str:
    return f"{url.host}{url.path}"
