"""The command line that the scripts beside the product share."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import Protocol


class Build(Protocol):
    """What a script does: read a drop folder, write a file."""

    def __call__(self, drop: Path, file: Path, *, as_of: datetime) -> None:
        """Build from the drop folder as it was known at ``as_of``."""


def run_script(build: Build, *, description: str | None) -> None:
    """Read the arguments and build."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("drop", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--as-of", type=datetime.fromisoformat, required=True)
    arguments = parser.parse_args()
    build(arguments.drop, arguments.file, as_of=arguments.as_of)
