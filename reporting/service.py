"""What every route needs: the publications, the state, the limits, the signatures."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from orchestration.home import Home
from orchestration.settings import Settings
from reporting.accounts.people import People, is_person
from reporting.accounts.principal import Principal
from reporting.accounts.sessions import Sessions
from reporting.accounts.tokens import authenticate, is_active, principal_of
from reporting.errors import TooManyError, UnavailableError
from reporting.handles import Handles
from reporting.published import Published, SessionLimits
from reporting.requests.workers import Workers
from reporting.state import State, now


class QueryTimeoutError(UnavailableError):
    """A query was ended because it took too long."""

    code = "too_slow"


@dataclass(frozen=True, slots=True)
class Limiter:
    """At most so many requests a minute of one subject, counted in this process."""

    strategy: MovingWindowRateLimiter
    limit: RateLimitItemPerMinute

    @classmethod
    def per_minute(cls, amount: int) -> Limiter:
        """A limiter that has counted nothing yet."""
        return cls(
            MovingWindowRateLimiter(MemoryStorage()), RateLimitItemPerMinute(amount)
        )

    def count(self, subject: str) -> None:
        """Count one request.

        Raises:
            TooManyError: it is one too many.
        """
        if self.strategy.hit(self.limit, subject):
            return
        resets_at, _ = self.strategy.get_window_stats(self.limit, subject)
        wait_seconds = max(1, round(resets_at - now().timestamp()))
        raise TooManyError(
            f"more than {self.limit.amount} requests a minute:"
            f" wait {wait_seconds} seconds",
            wait_seconds=wait_seconds,
        )


class Service:
    """One home, served."""

    def __init__(self, home: Home, settings: Settings) -> None:
        self.home = home
        self.settings = settings
        self.state = State(home)
        self._spill = tempfile.TemporaryDirectory(prefix="rollbook-serve-")
        self.published = Published(
            home,
            SessionLimits(
                settings.service_memory_mb,
                settings.service_threads,
                Path(self._spill.name),
            ),
        )
        self.people = People(self.state, self.published, hours=settings.session_hours)
        self.sessions = Sessions(self.state, hours=settings.session_hours)
        self.handles = Handles(self.state.key)
        self.workers = Workers(home, settings, self.state)
        self.limiter = Limiter.per_minute(settings.requests_per_minute)
        self.cursors = URLSafeSerializer(self.state.key, salt="cursor")
        self.links = URLSafeTimedSerializer(self.state.key, salt="download")

    def authenticate(self, text: str) -> Principal:
        """Whose bearer token it is.

        Raises:
            NotAuthenticatedError: nobody's.
        """
        if is_person(text):
            return self.people.authenticate(text)
        return authenticate(self.state, text)

    def principal_of(self, subject: str) -> Principal:
        """Who a signed-in subject is now.

        Raises:
            NotAuthenticatedError: it counts no more.
        """
        kind, _, name = subject.partition(":")
        if kind == "person":
            return self.people.principal_of(name)
        return principal_of(self.state, name)

    def is_active(self, subject: str) -> bool:
        """Whether someone who asked earlier may still be answered."""
        kind, _, name = subject.partition(":")
        if kind == "person":
            return bool(self.people.campuses_of(name))
        return is_active(self.state, name)

    @contextmanager
    def in_time(self, cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """End the cursor's queries when they take too long, or too much.

        Raises:
            UnavailableError: they did.
        """
        seconds = self.settings.query_timeout_seconds
        timer = threading.Timer(seconds, cursor.interrupt)
        timer.daemon = True
        timer.start()
        try:
            yield
        except duckdb.InterruptException as error:
            raise QueryTimeoutError(
                f"the query took more than {seconds} seconds: ask for a shorter range,"
                " or POST it to /api/v1/requests"
            ) from error
        except duckdb.OutOfMemoryException as error:
            raise UnavailableError(
                "the query needs more memory than is free now: ask for a shorter"
                " range, or POST it to /api/v1/requests"
            ) from error
        finally:
            timer.cancel()

    def close(self) -> None:
        """Close what is open."""
        self.workers.stop()
        self.published.close()
        self.state.close()
        self._spill.cleanup()
