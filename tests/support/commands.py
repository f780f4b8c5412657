"""The real `rollbook` command, in processes of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.home import Home

ROLLBOOK = Path(sys.executable).with_name("rollbook")

_HOLD = """
import sys
from pathlib import Path
from orchestration.home import Home

with Home(Path(sys.argv[1])).held(purpose=sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


def environment(**given: str) -> dict[str, str]:
    """This process's environment without what would change a run."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ROLLBOOK_", "DAGSTER_", "DBT_"))
    }
    return {**kept, **given}


def rollbook(*arguments: str | Path, **given: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [ROLLBOOK, *arguments],
        env=environment(**given),
        capture_output=True,
        text=True,
        check=False,
    )


def one_line(completed: subprocess.CompletedProcess[str]) -> str:
    """What a failed command says: exactly one line for people."""
    lines = completed.stderr.splitlines()
    assert len(lines) == 1, completed.stderr
    assert lines[0].startswith("rollbook: "), lines
    assert "Traceback" not in completed.stdout + completed.stderr
    return lines[0]


@contextmanager
def held_elsewhere(home: Home, *, purpose: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the home, until the block ends."""
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(home.root), purpose],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield holder
    finally:
        holder.communicate()
