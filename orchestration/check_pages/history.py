"""What the pages show: runs, each with its checks, and each check's verdicts so far."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from expectations.checks import Stage
from expectations.results import CheckResult, Severity
from orchestration.check_ledger import saved_results
from orchestration.home import Home
from orchestration.publish.records import Publication, read_publications

STRIP_LENGTH = 28
BUILD_STAGE = "build"
STAGES = {
    Stage.LANDING: "What arrived",
    BUILD_STAGE: "What was built",
    Stage.PUBLISHED: "What readers get",
}


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A run that published nothing; ``is_held`` when a blocking check stopped it."""

    run_id: str
    as_of: str
    is_held: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """One run's word on a check, for the strip of its history."""

    run_name: str
    kind: str


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """A check's result with its earlier verdicts, oldest first, this one included."""

    stage: str
    result: CheckResult
    strip: tuple[Verdict, ...] = ()

    @property
    def kind(self) -> str:
        """How it ended: passed, warning or blocking."""
        return "passed" if self.result.passed else str(self.result.severity)


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A run as a page tells it; ``failure`` says why nothing was published."""

    name: str
    as_of: datetime
    checks: tuple[ShownCheck, ...]
    ended_at: datetime | None = None
    forced_reason: str | None = None
    failure: FailedRun | None = None

    @property
    def is_publication(self) -> bool:
        """Whether readers got something of it."""
        return self.failure is None

    def count(self, kind: str) -> int:
        """How many checks ended so."""
        return sum(check.kind == kind for check in self.checks)

    def of_stage(self, stage: str) -> list[ShownCheck]:
        """The stage's checks, failed ones first."""
        order = {"blocking": 0, "warning": 1, "passed": 2}
        found = [check for check in self.checks if check.stage == stage]
        return sorted(found, key=lambda check: order[check.kind])


def read_runs(home: Home) -> list[ShownRun]:
    """The publications whose results the home keeps at hand, oldest first."""
    results: dict[str, list[ShownCheck]] = defaultdict(list)
    for row in _ledger_rows(home):
        results[row["publication_id"]].append(
            ShownCheck(
                row["stage"],
                CheckResult(
                    check=row["check_name"],
                    table_name=row["table_name"] or "",
                    severity=Severity(row["severity"]),
                    passed=row["is_passed"],
                    observed=row["observed"],
                    expected=row["expected"],
                    failing_rows=tuple(row["failing_rows"]),
                ),
            )
        )
    runs = [
        _publication_run(publication, results[publication.publication_id])
        for publication in read_publications(home)
        if publication.publication_id in results
    ]
    return _with_strips(runs)


def failed_run(home: Home, failure: FailedRun, before: list[ShownRun]) -> ShownRun:
    """The run that published nothing, as far as its checks came."""
    checks = [
        ShownCheck(stage, result)
        for stage in STAGES
        for result in saved_results(home, stage)
    ]
    run = ShownRun(
        name=f"run {failure.run_id[:8]}",
        as_of=datetime.fromisoformat(failure.as_of).astimezone(UTC),
        checks=tuple(checks),
        failure=failure,
    )
    return _with_strips([*before, run])[-1]


def _ledger_rows(home: Home) -> Iterator[dict[str, Any]]:
    with home.check_results_ledger.open(encoding="utf-8") as ledger:
        for line in ledger:
            yield json.loads(line)


def _publication_run(
    publication: Publication, checks: Iterable[ShownCheck]
) -> ShownRun:
    return ShownRun(
        name=publication.publication_id,
        as_of=datetime.fromisoformat(publication.as_of).astimezone(UTC),
        ended_at=datetime.fromisoformat(publication.published_at).astimezone(UTC),
        forced_reason=publication.forced_reason,
        checks=tuple(checks),
    )


def _with_strips(runs: list[ShownRun]) -> list[ShownRun]:
    """Give each check the verdicts of the runs up to its own."""
    verdicts: dict[tuple[str, str, str], list[Verdict]] = defaultdict(list)
    shown = []
    for run in runs:
        checks = []
        for check in run.checks:
            key = (check.stage, check.result.check, check.result.table_name)
            verdicts[key].append(Verdict(run.name, check.kind))
            strip = tuple(verdicts[key][-STRIP_LENGTH:])
            checks.append(ShownCheck(check.stage, check.result, strip))
        shown.append(
            ShownRun(
                run.name,
                run.as_of,
                tuple(checks),
                run.ended_at,
                run.forced_reason,
                run.failure,
            )
        )
    return shown
