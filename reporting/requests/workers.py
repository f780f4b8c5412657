"""The thread that starts a process for each request, and sees how it ends."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from orchestration.home import Home
from orchestration.settings import PROJECT_FOLDER, Settings
from reporting.requests.store import claim_next, expire, mark_missing
from reporting.state import State

_LOG = logging.getLogger(__name__)
_WATCH_SECONDS = 0.2
_SWEEP_SECONDS = 60


@dataclass(slots=True)
class _Worker:
    request_id: str
    process: subprocess.Popen[bytes]
    ends_at: float


class Workers:
    """At most so many requests at once; one that dies takes nothing with it."""

    def __init__(self, home: Home, settings: Settings, state: State) -> None:
        self._home = home
        self._settings = settings
        self._state = state
        self._woken = threading.Event()
        self._is_stopping = False
        self._running: list[_Worker] = []
        self._thread = threading.Thread(target=self._work, name="requests", daemon=True)

    def start(self) -> None:
        """Begin; what an earlier service had begun is missing."""
        mark_missing(self._state)
        self._thread.start()

    def wake(self) -> None:
        """Something was queued."""
        self._woken.set()

    def stop(self) -> None:
        """End, and end what runs: it becomes missing."""
        if not self._thread.is_alive():
            return
        self._is_stopping = True
        self._woken.set()
        self._thread.join()

    def _work(self) -> None:
        swept_at = float("-inf")
        while not self._is_stopping:
            try:
                swept_at = self._round(swept_at)
            except (SQLAlchemyError, OSError):
                # A full disk or a locked database passes; without this thread nothing
                # would ever run again.
                _LOG.exception("requests could not be looked at; trying again")
            self._woken.wait(_WATCH_SECONDS if self._running else 1)
            self._woken.clear()
        for worker in self._running:
            worker.process.kill()
        while self._running:
            self._watch()

    def _round(self, swept_at: float) -> float:
        """Look once at everything; return when results were last swept."""
        if time.monotonic() - swept_at > _SWEEP_SECONDS:
            swept_at = time.monotonic()
            expire(self._state, self._home, result_days=self._settings.result_days)
        self._watch()
        while len(self._running) < self._settings.request_workers:
            row = claim_next(self._state)
            if row is None:
                break
            self._running.append(self._begin(row.request_id))
        return swept_at

    def _watch(self) -> None:
        """Write down whose process is gone, and end those that take too long."""
        for worker in list(self._running):
            if time.monotonic() > worker.ends_at:
                worker.process.kill()
            if worker.process.poll() is not None:
                self._running.remove(worker)
                mark_missing(self._state, worker.request_id)

    def _begin(self, request_id: str) -> _Worker:
        process = subprocess.Popen(
            [
                sys.executable,
                *("-m", "reporting.requests.run", str(self._home.root), request_id),
            ],
            cwd=PROJECT_FOLDER,
            # One arena: glibc reserves 64 MB of address space for every further one.
            env={**os.environ, **self._environment(), "MALLOC_ARENA_MAX": "1"},
            stdin=subprocess.DEVNULL,
        )
        minutes = self._settings.worker_timeout_minutes
        return _Worker(request_id, process, time.monotonic() + 60 * minutes)

    def _environment(self) -> dict[str, str]:
        """The settings of this service, also those that no variable holds."""
        return {
            f"ROLLBOOK_{name.upper()}": str(value)
            for name, value in self._settings.model_dump().items()
        }
