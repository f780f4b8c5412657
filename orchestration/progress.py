"""What a person at a terminal sees while a run works."""

from __future__ import annotations

import time

_STARTED = time.monotonic()
_SECONDS_BETWEEN_STEPS = 2


def show_progress(message: str) -> None:
    """Print one line with the seconds since the start."""
    print(f"{time.monotonic() - _STARTED:6.1f}s  {message}", flush=True)


class Steps:
    """Progress through many small steps: a line every other second, not one a step."""

    def __init__(self) -> None:
        self._shown_at = float("-inf")

    def show(self, message: str) -> None:
        """Print a step, unless one was printed just now."""
        now = time.monotonic()
        if now - self._shown_at >= _SECONDS_BETWEEN_STEPS:
            self._shown_at = now
            show_progress(message)
