"""Results of the running run's earlier stages, kept until its publication."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from expectations.results import CheckResult, Severity
from orchestration.files import write_text_atomically
from orchestration.home import Home


def save_results(home: Home, stage: str, results: Sequence[CheckResult]) -> None:
    """Keep a stage's results; those of an earlier run are replaced."""
    write_text_atomically(
        home.warehouse / "checks" / f"{stage}.json",
        json.dumps([asdict(result) for result in results], ensure_ascii=False),
    )


def forget_results(home: Home) -> None:
    """Remove what an earlier run left: this one may end before its later stages."""
    for path in (home.warehouse / "checks").glob("*.json"):
        path.unlink()


def saved_results(home: Home, stage: str) -> list[CheckResult]:
    """The results that the run's earlier stage left; none if it did not come so far."""
    path = home.warehouse / "checks" / f"{stage}.json"
    if not path.exists():
        return []
    return [
        CheckResult(
            **{
                **row,
                "severity": Severity(row["severity"]),
                "failing_rows": tuple(row["failing_rows"]),
            }
        )
        for row in json.loads(path.read_text(encoding="utf-8"))
    ]
