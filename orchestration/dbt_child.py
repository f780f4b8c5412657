"""dbt in a process that loads it first and is told then what to do.

``python -m orchestration.dbt_child`` reads dbt's options from standard input, a JSON
list. Without any it ends: the run that started it is gone, or needs no dbt.
"""

import json
import sys

from dbt.cli.main import cli


def main() -> None:
    """Wait for the options, and be dbt."""
    if line := sys.stdin.readline():
        sys.argv = ["dbt", *json.loads(line)]
        cli()


if __name__ == "__main__":
    main()
