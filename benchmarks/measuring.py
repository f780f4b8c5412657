"""What a command costs, with all processes that it starts."""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_PROC = Path("/proc")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_SAMPLE_SECONDS = 0.05
# A setting of the caller's shell would make the figures those of another product.
_FOREIGN = ("ROLLBOOK_", "DAGSTER_", "DBT_")


@dataclass(frozen=True, slots=True)
class Cost:
    """One command's cost.

    Attributes:
        started_at: when it was started.
        wall_seconds: until it ended.
        cpu_seconds: user and system time of the command and its children.
        peak_bytes: the most resident memory of all its processes at one time, looked
            at every 50 ms. Pages that two of them share count twice.

    """

    started_at: datetime
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int


def measure(command: Sequence[str | Path]) -> Cost:
    """Run a command to its end.

    Raises:
        SystemExit: it failed; the message ends with what it said.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_FOREIGN)
    }
    with tempfile.TemporaryFile() as said:
        started_at = datetime.now(UTC)
        clock = time.monotonic()
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=said, env=environment
        )
        try:
            usage, peak_bytes = _watched(process)
        except BaseException:
            process.terminate()
            raise
        wall_seconds = time.monotonic() - clock
        if process.returncode != 0:
            said.seek(0)
            words = said.read().decode(errors="replace")[-2000:]
            shown = " ".join(map(str, command))
            raise SystemExit(f"bench: exit code {process.returncode}: {shown}\n{words}")
    return Cost(
        started_at,
        wall_seconds,
        usage.ru_utime + usage.ru_stime,
        # Linux tells kilobytes; of a tree it tells the largest process only.
        max(peak_bytes, usage.ru_maxrss * 1024),
    )


def _watched(process: subprocess.Popen[bytes]) -> tuple[resource.struct_rusage, int]:
    """Wait for a process; what it used, and the peak of its tree's memory in bytes."""
    peak_bytes = 0
    while True:
        ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        if ended:
            process.returncode = os.waitstatus_to_exitcode(status)
            return usage, peak_bytes
        peak_bytes = max(peak_bytes, sum(map(_resident, _tree(process.pid))))
        time.sleep(_SAMPLE_SECONDS)


def _tree(pid: int) -> list[int]:
    found = [pid]
    for process in found:
        for thread in _listed(_PROC / str(process) / "task"):
            found += map(int, _read(thread / "children").split())
    return found


def _resident(pid: int) -> int:
    fields = _read(_PROC / str(pid) / "statm").split()
    return int(fields[1]) * _PAGE_BYTES if fields else 0


# A process may end while it is looked at: then it has nothing any more.


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
