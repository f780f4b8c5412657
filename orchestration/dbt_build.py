"""The one dbt invocation of a run, in a child process.

dagster-dbt's own runner asks dbt for its version in a child of its own and loads dbt
into this process too: 6 s a run on 2 cores, against 9 s for the build of a small world.
Here dbt is loaded once, and reads the project, while the run does something else; its
artifacts say what became of each node.

dbt reads a project anew when a variable differs from those of its last reading, and a
night's run has another as_of: so it is told at first only what does not change from run
to run, and what may then be compiled into a model when it builds. It always looks at
the files: what changed in them is seen.
"""

from __future__ import annotations

import ctypes
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from orchestration.errors import RollbookError
from orchestration.manifest import dbt_options
from orchestration.settings import PROJECT_FOLDER
from orchestration.warehouse import DbtCommand, Warehouse, code_version, parse_arguments

_PR_SET_PDEATHSIG = 1

# What dbt says of itself is for its log; statements of every node in it cost 2 s a run,
# and target/run has them all.
_LOGGING = ("--quiet", "--log-level-file", "info", "--no-use-colors-file")


@dataclass(frozen=True, slots=True)
class _Child:
    """A dbt that was told how to read the project, and which code that was."""

    process: subprocess.Popen[str]
    parse_options: list[str]
    code_version: str


# The child that load_dbt started, for the next run_dbt.
_waiting: list[_Child] = []


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


def load_dbt(warehouse: Warehouse, project_variables: Mapping[str, object]) -> None:
    """Have a child load dbt and read the project, for the next :func:`run_dbt`."""
    _waiting.append(_started(warehouse, parse_arguments(project_variables)))


def _started(warehouse: Warehouse, parse: Sequence[str]) -> _Child:
    options = dbt_options(*_LOGGING, *parse, target=warehouse.target)
    version = code_version()
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestration.dbt_child"],
        cwd=PROJECT_FOLDER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=_die_with_parent,
    )
    child = _Child(process, options, version)
    _tell(process, options)
    return child


def _tell(process: subprocess.Popen[str], options: list[str]) -> None:
    assert process.stdin
    process.stdin.write(f"{json.dumps(options)}\n")
    process.stdin.flush()


def _child_for(warehouse: Warehouse, command: DbtCommand) -> subprocess.Popen[str]:
    """The child that waits, if it read what is there now as this command wants it."""
    parse = command.parse_arguments()
    wanted = dbt_options(*_LOGGING, *parse, target=warehouse.target)
    while _waiting:
        child = _waiting.pop()
        if (child.parse_options, child.code_version) == (wanted, code_version()):
            return child.process
        child.process.kill()
        child.process.communicate()
    return _started(warehouse, parse).process


def run_dbt(
    warehouse: Warehouse,
    command: DbtCommand,
    *,
    on_loaded: Callable[[], None] = lambda: None,
) -> Iterator[EndedNode]:
    """Run dbt to its end, node by node; what tests found is read from its artifacts.

    Args:
        warehouse: where dbt builds and leaves its artifacts.
        command: what dbt is to do.
        on_loaded: told when every model that takes landed requests in has ended.

    Raises:
        RollbookError: dbt ended without results.
    """
    results = warehouse.target / "run_results.json"
    results.unlink(missing_ok=True)
    last_line = ""
    loading = _loading_models()
    options = dbt_options(*_LOGGING, *command.all_arguments(), target=warehouse.target)
    with _child_for(warehouse, command) as child:
        _tell(child, options)
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
    """The node whose end a line tells, if it tells one's."""
    try:
        return EndedNode(**json.loads(line))
    except (ValueError, TypeError):
        return None
