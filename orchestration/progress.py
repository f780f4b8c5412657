"""What a person at a terminal sees while a run works."""

from __future__ import annotations

import time

_STARTED = time.monotonic()


def show_progress(message: str) -> None:
    """Print one line with the seconds since the start."""
    print(f"{time.monotonic() - _STARTED:6.1f}s  {message}", flush=True)
