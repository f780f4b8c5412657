"""Import what stands in an inbox, in a process of its own, as a run does.

``python -m benchmarks.roster_import INBOX HOME`` runs it and prints the counts as JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from orchestration.extract.platform.landing import LandingLimits
from orchestration.home import Home
from orchestration.rosters.importing import import_rosters
from orchestration.settings import read_settings
from orchestration.source_settings import OneRosterSource

# What else a process holds fits beside it into the 4 GB of the gate.
MEMORY_LIMIT = "3GB"
AS_OF = datetime(2026, 3, 20, tzinfo=UTC)


def main() -> None:
    """Read the arguments and import."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inbox", type=Path)
    parser.add_argument("home", type=Path)
    arguments = parser.parse_args()
    home = Home(arguments.home)
    home.prepare()
    began = time.monotonic()

    def tell(message: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {message}", file=sys.stderr)

    source = OneRosterSource(
        name="district",
        kind="oneroster",
        campus_id="C1",
        location=str(arguments.inbox.absolute()),
    )
    (outcome,) = import_rosters(
        home,
        [source],
        config_file=arguments.home / "rollbook.yml",
        as_of=AS_OF,
        limits=replace(LandingLimits.of(read_settings()), memory_limit=MEMORY_LIMIT),
        on_progress=tell,
    )
    tell("done")
    told = {
        each.sync_id: {
            "status": each.status,
            **{counts.data_type: counts.figures for counts in each.counts},
        }
        for each in outcome.imports
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
