"""A process that dies at a chosen step of what it does outside itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest


class Killed(BaseException):
    """The process is gone here; nothing catches it."""


class Steps:
    """Counts requests and renames; dies before or after the one that is chosen."""

    def __init__(self, dies_at: int | None) -> None:
        self.count = 0
        self.dies_at = dies_at
        # Requests are made by several threads.
        self._lock = threading.Lock()

    def step(self) -> None:
        """Go one step; two for each request or rename, before and after it."""
        with self._lock:
            self.count += 1
            is_last = self.count == self.dies_at
        if is_last:
            raise Killed

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """The call with a step before and after it."""

        def stepping(*args: Any, **options: Any) -> Any:
            self.step()
            result = call(*args, **options)
            self.step()
            return result

        return stepping


@contextmanager
def dying(at: int | None) -> Iterator[Steps]:
    """Have every request and rename be a step; the one with this number kills.

    What would run on the way out of a dying process does not write: renames raise.
    """
    steps = Steps(at)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(httpx.Client, "send", steps.around(httpx.Client.send))
        for name in ("rename", "replace"):
            patched.setattr(Path, name, steps.around(getattr(Path, name)))
        yield steps


def killed_everywhere(run: Callable[[Path], None], folder: Path) -> Iterator[Path]:
    """Run in a new folder for every step, kill it there, and run it again.

    Yields:
        each folder, once it was run to the end.
    """
    with dying(None) as steps:
        run(folder / "whole")
    yield folder / "whole"
    for number in range(1, steps.count + 1):
        target = folder / f"{number}"
        with dying(number), pytest.raises(Killed):
            run(target)
        run(target)
        yield target
