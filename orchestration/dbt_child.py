"""dbt in a process that reads the project while the run does something else.

``python -m orchestration.dbt_child`` reads two lines from standard input, each a JSON
list of dbt's options: first those of ``dbt parse``, then those of what is to be done
with the project as it was parsed. Without a second line it ends: the run that started
it is gone, or needs no dbt. Of each node that dbt has dealt with it writes a line of
JSON; other lines are dbt's own words about what went wrong.
"""

from __future__ import annotations

import gc
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbt_common.events.base_types import EventMsg

# dbt's events that end a node; the others announce or explain.
_NODE_ENDED = frozenset(
    {"LogModelResult", "LogTestResult", "LogSeedResult", "LogNodeNoOpResult"}
)


def main() -> None:
    """Parse, wait, and do what is asked."""
    first = sys.stdin.readline()
    if not first:
        return
    # All that is made until here stays: not looking for garbage in it saves a second.
    gc.disable()
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    parsed = dbtRunner().invoke(json.loads(first)).result
    gc.freeze()
    gc.enable()
    if second := sys.stdin.readline():
        # A project that cannot be parsed is parsed again, to be told of in full.
        manifest = parsed if isinstance(parsed, Manifest) else None
        ended = dbtRunner(manifest, callbacks=[_tell]).invoke(json.loads(second))
        if ended.exception:
            sys.stdout.write(f"{ended.exception}\n")
        sys.exit(0 if ended.success else 1)


def _tell(event: EventMsg) -> None:
    """Say that a node has ended, in one write: nodes end in several threads."""
    if event.info.name in _NODE_ENDED:
        node = event.data.node_info
        told = {
            "unique_id": node.unique_id,
            "name": node.node_name,
            "status": node.node_status,
            "seconds": event.data.execution_time,
        }
        sys.stdout.write(f"{json.dumps(told)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
