"""The one dbt invocation of a run, in a child process.

dagster-dbt's own runner asks dbt for its version in a child of its own and loads dbt
into this process too: 6 s a run on 2 cores, against 9 s for the build of a small world.
Here dbt is loaded once, while the run does something else, and its artifacts say what
became of each node.
"""

from __future__ import annotations

import ctypes
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from orchestration.errors import RollbookError
from orchestration.manifest import dbt_options
from orchestration.settings import PROJECT_FOLDER
from orchestration.warehouse import Warehouse

_PR_SET_PDEATHSIG = 1

# Statements of every node in the log cost 2 s a run; target/run has them all.
_LOGGING = ("--log-format", "json", "--log-level-file", "info")

# dbt's events that end a node; the others announce or explain.
_NODE_ENDED = frozenset(
    {"LogModelResult", "LogTestResult", "LogSeedResult", "LogNodeNoOpResult"}
)

# The child that load_dbt started, for the next run_dbt.
_waiting: list[subprocess.Popen[str]] = []


@dataclass(frozen=True, slots=True)
class EndedNode:
    """A node that dbt has dealt with; ``status`` is dbt's own word."""

    unique_id: str
    name: str
    status: str
    seconds: float

    @property
    def is_built(self) -> bool:
        """Whether a model or a seed was made; of a test dbt says ``pass``."""
        return self.status == "success"


def load_dbt() -> None:
    """Have a child load dbt, which takes seconds, for the next :func:`run_dbt`."""
    _waiting.append(_started())


def _started() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "orchestration.dbt_child"],
        cwd=PROJECT_FOLDER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=_die_with_parent,
    )


def run_dbt(
    warehouse: Warehouse,
    arguments: Sequence[str],
    *,
    on_loaded: Callable[[], None] = lambda: None,
) -> Iterator[EndedNode]:
    """Run dbt to its end, node by node; what tests found is read from its artifacts.

    Args:
        warehouse: where dbt builds and leaves its artifacts.
        arguments: dbt's command with its options.
        on_loaded: told when every model that takes landed requests in has ended.

    Raises:
        RollbookError: dbt ended without results.
    """
    results = warehouse.target / "run_results.json"
    results.unlink(missing_ok=True)
    last_line = ""
    loading = _loading_models()
    options = dbt_options(*_LOGGING, *arguments, target=warehouse.target)
    with _waiting.pop() if _waiting else _started() as child:
        assert child.stdin
        child.stdin.write(json.dumps(options))
        child.stdin.close()
        for line in child.stdout or ():
            last_line = line
            if node := _ended_node(line):
                yield node
                if node.name in loading:
                    loading.remove(node.name)
                    if not loading:
                        on_loaded()
    if not results.exists():
        raise RollbookError(
            f"dbt ended with code {child.returncode} and without results"
            f" (see {warehouse.target / 'dbt.log'}): {last_line[:300]}"
        )


def _die_with_parent() -> None:
    """Have Linux end dbt with the run, so that a killed run leaves no writer behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _loading_models() -> set[str]:
    """The models between landing and the marts that hold requests as delivered."""
    folder = PROJECT_FOLDER / "dbt_project" / "models" / "intermediate" / "requests"
    return {path.stem for path in folder.glob("*.sql")}


def _ended_node(line: str) -> EndedNode | None:
    """The node whose end a line of dbt's log tells, if it tells one's."""
    try:
        event = json.loads(line)
        if event["info"]["name"] in _NODE_ENDED:
            node, seconds = event["data"]["node_info"], event["data"]["execution_time"]
            return EndedNode(
                str(node["unique_id"]),
                str(node["node_name"]),
                str(node["node_status"]),
                float(seconds),
            )
    except (ValueError, KeyError, TypeError):
        pass
    return None
